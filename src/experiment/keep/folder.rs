//! Finished replications in files, so that a long experiment that was cut off goes on where it was.
//!
//! Each has a file of its own, which appears whole or not at all. It carries a checksum, the key that it was kept under, and
//! the checksum of the program that made it: whatever is damaged, or another program's, counts as not there. Files and not a
//! data base, because they are written once, read once and thrown away together.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{Keeper, RunKey};
use crate::{model::Record, units::SimDuration};

/// What such a file begins with; the number grows with its form.
const MAGIC: &[u8] = b"plimsoll replication 1\n";
const CHECKSUM_BYTES: usize = 4;

/// Finished replications in a folder.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
    /// The checksum of the program: another one may come to other results.
    program: u32,
    /// The files that were there before: an experiment may ask again for what it has kept itself.
    earlier: BTreeSet<PathBuf>,
    recalled: AtomicUsize,
    damaged: AtomicUsize,
    failure: Mutex<Option<io::Error>>,
}

impl Kept {
    /// The folder's name, inside that of the report.
    pub const FOLDER: &'static str = ".unfinished";

    /// Makes the folder for an experiment that reports to `report`, or finds what is in it.
    ///
    /// # Errors
    /// When the folder cannot be made, or the program not be read.
    pub fn open(report: &Path) -> io::Result<Self> {
        let program = fs::read(std::env::current_exe()?)?;
        let folder = report.join(Self::FOLDER);
        fs::create_dir_all(&folder)?;
        let earlier = fs::read_dir(&folder)?.map(|entry| Ok(entry?.path()));
        Ok(Self {
            earlier: earlier.collect::<io::Result<_>>()?,
            folder,
            program: crc32fast::hash(&program),
            recalled: AtomicUsize::new(0),
            damaged: AtomicUsize::new(0),
            failure: Mutex::new(None),
        })
    }

    /// Returns how many replications of an earlier experiment were found.
    pub fn recalled(&self) -> usize {
        self.recalled.load(Ordering::Relaxed)
    }

    /// Returns how many were found damaged, so that they had to be carried out again.
    pub fn damaged(&self) -> usize {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Returns why one could not be kept, where that has happened.
    pub fn failure(&mut self) -> Option<io::Error> {
        let failure = self.failure.get_mut();
        failure.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The experiment is over and its report written: nothing is kept any more.
    ///
    /// # Errors
    /// When the folder cannot be removed.
    pub fn discard(self) -> io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn file(&self, key: &RunKey) -> PathBuf {
        let RunKey {
            scenario,
            seed,
            replication,
            ..
        } = key;
        let times = [key.warmup, key.duration, key.bucket].map(SimDuration::as_nanos);
        let [warmup, duration, bucket] = times;
        let name = format!("{scenario:016x}-{seed}-{warmup}-{duration}-{bucket}-{replication}");
        self.folder.join(name)
    }

    /// Returns what a file holds, if it is whole.
    fn read(&self, key: &RunKey, bytes: &[u8]) -> Option<Found> {
        let (content, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>()?;
        if crc32fast::hash(content) != u32::from_le_bytes(*checksum) {
            return None;
        }
        let content = content.strip_prefix(MAGIC)?;
        let (label, content) = postcard::take_from_bytes::<(u32, RunKey)>(content).ok()?;
        if label != (self.program, *key) {
            return Some(Found::Another);
        }
        let record = postcard::from_bytes(content).ok()?;
        Some(Found::It(Box::new(record)))
    }

    fn write(&self, key: &RunKey, record: &Record) -> io::Result<()> {
        let bytes = postcard::to_extend(&(self.program, key), MAGIC.to_vec());
        let bytes = bytes.and_then(|bytes| postcard::to_extend(record, bytes));
        let mut bytes = bytes.map_err(io::Error::other)?;
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&bytes)?;
        // Renaming within a folder is atomic. Nothing is synchronised: what a power cut takes or damages is found out.
        file.persist(self.file(key))?;
        Ok(())
    }
}

/// What was found in a whole file.
enum Found {
    /// The replication that was asked for.
    It(Box<Record>),
    /// That of another program.
    Another,
}

impl Keeper for Kept {
    fn recall(&self, key: &RunKey) -> Option<Record> {
        let file = self.file(key);
        let bytes = fs::read(&file).ok()?;
        match self.read(key, &bytes) {
            Some(Found::It(record)) => {
                let earlier = usize::from(self.earlier.contains(&file));
                self.recalled.fetch_add(earlier, Ordering::Relaxed);
                Some(*record)
            }
            Some(Found::Another) => None,
            None => {
                self.damaged.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }

    fn keep(&self, key: &RunKey, record: &Record) {
        if let Err(error) = self.write(key, record) {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        experiment::{campaign::spec, run::window, tests::conducted},
        model::simulate,
        scenario::{TEMPLATES, from_str},
    };

    fn key(replication: u64) -> RunKey {
        RunKey {
            scenario: 1,
            seed: 2,
            warmup: SimDuration::from_nanos(3),
            duration: SimDuration::from_nanos(4),
            bucket: SimDuration::from_nanos(5),
            replication,
        }
    }

    /// What a short run of a template has to tell.
    fn record(text: &str) -> Record {
        let mut scenario = from_str("kept", text, &[]).unwrap().scenario;
        scenario.run.duration = SimDuration::from_nanos(scenario.run.duration.as_nanos() / 50);
        let window = window(&scenario, SimDuration::ZERO);
        conducted(1, |conduct| {
            simulate(&scenario.deployment, &spec(&scenario, window, 0, conduct))
        })
    }

    #[test]
    fn a_replication_of_any_template_comes_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(folder.path()).unwrap();
        for (at, template) in TEMPLATES.iter().enumerate() {
            let (record, key) = (record(template.text), key(at as u64));
            assert!(kept.recall(&key).is_none());
            kept.keep(&key, &record);
            let back = kept.recall(&key).expect("it has just been kept");
            let is_same = if record.services.iter().any(|service| service.store.is_some()) {
                // The histories of stores are there in tests alone, and are not kept.
                postcard::to_stdvec(&back).unwrap() == postcard::to_stdvec(&record).unwrap()
            } else {
                format!("{back:?}") == format!("{record:?}")
            };
            assert!(is_same, "{} is not what it was", template.name);
        }
        // Only what an earlier experiment has left is told of.
        assert_eq!((kept.recalled(), kept.damaged()), (0, 0));
        let later = Kept::open(folder.path()).unwrap();
        assert!(later.recall(&key(0)).is_some());
        assert_eq!(later.recalled(), 1);
    }

    #[test]
    fn whatever_is_cut_or_changed_counts_as_damaged_and_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(folder.path()).unwrap();
        let (key, record) = (key(0), record(TEMPLATES[0].text));
        kept.keep(&key, &record);
        let path = kept.file(&key);
        let whole = fs::read(&path).unwrap();
        let mut damaged = 0;
        for at in (0..whole.len()).step_by((whole.len() / 97).max(1)) {
            let mut changed = whole.clone();
            changed[at] ^= 1 << (at % 8);
            for bytes in [&changed[..], &whole[..at]] {
                fs::write(&path, bytes).unwrap();
                assert!(kept.recall(&key).is_none(), "byte {at}");
                damaged += 1;
            }
        }
        assert_eq!(kept.damaged(), damaged);
        fs::write(&path, &whole).unwrap();
        assert!(kept.recall(&key).is_some());
    }

    #[test]
    fn what_another_program_has_kept_or_under_another_key_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(folder.path()).unwrap();
        kept.keep(&key(0), &record(TEMPLATES[0].text));
        let another = Kept {
            program: !kept.program,
            ..Kept::open(folder.path()).unwrap()
        };
        assert!(another.recall(&key(0)).is_none());
        fs::copy(kept.file(&key(0)), kept.file(&key(1))).unwrap();
        assert!(kept.recall(&key(1)).is_none());
        assert_eq!((another.damaged(), kept.damaged()), (0, 0));
        assert!(kept.recall(&key(0)).is_some());
    }

    #[test]
    fn a_folder_that_is_gone_is_told_of_and_harms_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = Kept::open(folder.path()).unwrap();
        fs::remove_dir_all(&kept.folder).unwrap();
        let record = record(TEMPLATES[0].text);
        kept.keep(&key(0), &record);
        kept.keep(&key(1), &record);
        assert!(kept.failure().is_some() && kept.failure().is_none());
        kept.discard().unwrap();
    }
}
