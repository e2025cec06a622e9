//! The rows of a trace file, one after another, in memory that does not grow with the file.
//!
//! Lines are split here and not by a CSV library, because a line's length must be limited and its number told: with
//! quotes that may run over lines, one stray quote in a long file would take the rest of it for one field.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    ops::Range,
    path::Path,
};

use flate2::bufread::MultiGzDecoder;

use super::field::{Wrong, read_class, read_key, read_time, shown, split};
use crate::{config::did_you_mean, units::SimDuration};

/// The columns that a trace may have.
pub(super) const COLUMNS: [&str; 4] = ["timestamp", "work", "key", "class"];

/// The longest line, in bytes.
const LINE_MAX: u64 = 64 << 10;

/// One request as recorded.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    /// Since whatever the file counts from.
    pub(super) timestamp: SimDuration,
    pub(super) work: Option<SimDuration>,
    pub(super) key: Option<u64>,
    pub(super) class: Option<u8>,
}

/// What is wrong with a line or the file.
#[derive(Debug)]
pub(super) struct Fault {
    /// Its number, from 1; none if it is the whole file that is wrong.
    pub(super) line: Option<u64>,
    pub(super) what: String,
    pub(super) help: &'static str,
    /// Whether lines after it can be read.
    pub(super) fatal: bool,
}

/// A trace file being read.
pub(super) struct Rows {
    input: Box<dyn BufRead + Send>,
    header: Header,
    /// The number of the line last read.
    line: u64,
    buffer: Vec<u8>,
    fields: Vec<Range<usize>>,
}

/// Which field holds what.
#[derive(Debug, Default)]
struct Header {
    count: usize,
    /// The place of each of [`COLUMNS`].
    places: [Option<usize>; 4],
    unknown: Vec<String>,
}

impl Rows {
    /// Opens a file and reads its header.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let unreadable = |error: std::io::Error| Fault {
            line: None,
            what: format!("cannot be read: {error}"),
            help: "file names are taken from the folder of the scenario",
            fatal: true,
        };
        let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
        // A gzip file tells by its first two bytes, whatever its name.
        let compressed = file.fill_buf().map_err(unreadable)?.starts_with(&[0x1F, 0x8B]);
        let input: Box<dyn BufRead + Send> = if compressed {
            Box::new(BufReader::new(MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        };
        Self::new(input)
    }

    fn new(input: Box<dyn BufRead + Send>) -> Result<Self, Fault> {
        let mut rows = Self {
            input,
            header: Header::default(),
            line: 0,
            buffer: Vec::new(),
            fields: Vec::new(),
        };
        let help = "begin the file with a line that names its columns, such as `timestamp,work,key,class`";
        if !rows.read_line()? {
            return Err(rows.fault("the file is empty", help));
        }
        match Header::read(&rows.buffer, &rows.fields) {
            Ok(header) => rows.header = header,
            Err(what) => return Err(rows.fault(what, help)),
        }
        Ok(rows)
    }

    /// The names of columns that nothing reads.
    pub(super) fn unknown(&self) -> &[String] {
        &self.header.unknown
    }

    /// The number of the line last read.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Reads the next row; `None` at the end of the file.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, Fault> {
        if !self.read_line()? {
            return Ok(None);
        }
        if self.fields.len() != self.header.count {
            let what = format!(
                "expected {} fields, as in the first line, and found {}",
                self.header.count,
                self.fields.len()
            );
            return Err(Fault {
                fatal: false,
                ..self.fault(what, "put texts that hold a comma in quotes")
            });
        }
        let [timestamp, work, key, class] = self.header.places.map(|place| {
            let range = place.map_or(0..0, |place| self.fields[place].clone());
            &self.buffer[range]
        });
        let row = || -> Result<Row, Wrong> {
            Ok(Row {
                timestamp: read_time(timestamp, "timestamp")?,
                work: (!work.is_empty()).then(|| read_time(work, "work")).transpose()?,
                key: (!key.is_empty()).then(|| read_key(key)),
                class: (!class.is_empty()).then(|| read_class(class)).transpose()?,
            })
        };
        row().map(Some).map_err(|(what, help)| Fault {
            fatal: false,
            ..self.fault(what, help)
        })
    }

    fn fault(&self, what: impl Into<String>, help: &'static str) -> Fault {
        Fault {
            line: Some(self.line),
            what: what.into(),
            help,
            fatal: true,
        }
    }

    /// Reads the next line that says something and finds its fields; `false` at the end of the file.
    fn read_line(&mut self) -> Result<bool, Fault> {
        loop {
            self.line += 1;
            self.buffer.clear();
            let read = (&mut self.input)
                .take(LINE_MAX)
                .read_until(b'\n', &mut self.buffer);
            if let Err(error) = read {
                return Err(self.fault(format!("cannot be read: {error}"), "check that the file is whole"));
            }
            if self.buffer.len() as u64 == LINE_MAX {
                return Err(self.fault("this line is longer than 64 KiB", "write one request a line"));
            }
            if self.buffer.is_empty() {
                return Ok(false);
            }
            if self.line == 1 && self.buffer.starts_with(b"\xEF\xBB\xBF") {
                // The byte-order mark that some programs write at the beginning of a text file.
                self.buffer.drain(..3);
            }
            let text = self.buffer.trim_ascii();
            if !text.is_empty() && !text.starts_with(b"#") {
                if split(&self.buffer, &mut self.fields) {
                    return Ok(true);
                }
                return Err(Fault {
                    fatal: false,
                    ..self.fault(
                        "a quote is opened and not closed",
                        "end the quoted text on the same line",
                    )
                });
            }
        }
    }
}

impl Header {
    fn read(line: &[u8], fields: &[Range<usize>]) -> Result<Self, String> {
        let mut header = Self {
            count: fields.len(),
            ..Self::default()
        };
        for (place, field) in fields.iter().enumerate() {
            let name = shown(&line[field.clone()]);
            match COLUMNS.iter().position(|&column| column == name) {
                Some(column) if header.places[column].is_some() => {
                    return Err(format!("the column `{name}` is named twice"));
                }
                Some(column) => header.places[column] = Some(place),
                None => header.unknown.push(name),
            }
        }
        if header.places[0].is_none() {
            let hints = header
                .unknown
                .iter()
                .map(|name| did_you_mean(name, ["timestamp"].into_iter()));
            let hint = hints.max().unwrap_or_default();
            return Err(format!("no column is called `timestamp`{hint}"));
        }
        Ok(header)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rng::fnv1a64;

    fn rows(text: &[u8]) -> Result<Vec<Row>, Fault> {
        let mut rows = Rows::new(Box::new(std::io::Cursor::new(text.to_vec())))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next_row()? {
            all.push(row);
        }
        Ok(all)
    }

    #[test]
    fn columns_come_in_any_order_and_fields_may_be_empty() {
        let text = b"\xEF\xBB\xBF# recorded in May\r\nkey, timestamp ,class,work\r\n\"/a,b\",0.5,,2 ms\r\n\r\n7, 90 min,3,\n";
        let got = rows(text).unwrap();
        let ms = |ms: u64| SimDuration::from_nanos(ms * 1_000_000);
        let first = Row {
            timestamp: ms(500),
            work: Some(ms(2)),
            key: Some(fnv1a64(b"/a,b")),
            class: None,
        };
        let second = Row {
            timestamp: ms(5_400_000),
            work: None,
            key: Some(7),
            class: Some(3),
        };
        assert_eq!(got, [first, second]);
    }

    const TELLING: &[u8] = b"0123456789.,,,\"\n\r-+ ms#\xFF";

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::with_cases(500) })]
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = rows(&bytes);
            // The same with a sound header in front, and with letters that mean something to the reader.
            let _ = rows(&[b"timestamp,work,key,class\n", bytes.as_slice()].concat());
            let telling: Vec<u8> = bytes.iter().map(|&byte| TELLING[usize::from(byte) % TELLING.len()]).collect();
            let _ = rows(&[b"timestamp,work,key,class\n", telling.as_slice()].concat());
        }
    }
}
