//! The folder that a report goes to, and how a file is written: whole or not at all.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A folder that can be written to, and what was written to it. Other files in it stay as they are.
#[derive(Debug)]
pub struct Output {
    folder: PathBuf,
    written: Vec<String>,
}

/// The machine's refusal to write a file.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{}`", path.display())]
pub struct FileError {
    /// What was tried: `"create the folder"`.
    pub action: &'static str,
    /// Where.
    pub path: PathBuf,
    /// What the machine says.
    pub source: io::Error,
}

impl Output {
    /// Makes the folder and its parents, and finds out whether files of these names can be written there: better
    /// before a long run than after it.
    pub fn prepare(folder: &Path, names: &[&str]) -> Result<Self, FileError> {
        std::fs::create_dir_all(folder).map_err(failed("create the folder", folder))?;
        // Nothing short of making a file tells whether one can be made.
        temporary(folder).map_err(failed("write to the folder", folder))?;
        for name in names {
            let path = folder.join(name);
            if path.is_dir() {
                let reason = io::Error::new(io::ErrorKind::IsADirectory, "a folder has that name");
                return Err(failed("write", &path)(reason));
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            written: Vec::new(),
        })
    }

    /// Writes a file, in place of an older one of that name; after a failure the older one is still there, whole.
    pub fn write(&mut self, name: &str, content: &[u8]) -> Result<(), FileError> {
        write_file(&self.folder.join(name), content, true)?;
        self.written.push(name.to_owned());
        Ok(())
    }

    /// Removes a file of an earlier report, which would tell of something else than the others do.
    pub fn remove(&mut self, name: &str) -> Result<(), FileError> {
        let path = self.folder.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    /// Returns what was written in one line: `output/web-tier/{summary.csv, summary.json}`, or nothing.
    pub fn listing(&self) -> Option<String> {
        match &self.written[..] {
            [] => None,
            [only] => Some(self.folder.join(only).display().to_string()),
            many => {
                let folder = self.folder.display();
                Some(format!(
                    "{folder}{}{{{}}}",
                    std::path::MAIN_SEPARATOR,
                    many.join(", ")
                ))
            }
        }
    }
}

/// Makes the folder of a file, and finds out whether the file can be written there.
pub fn prepare_file(path: &Path) -> Result<(), FileError> {
    let name = path.file_name().unwrap_or_default();
    Output::prepare(folder_of(path), &[&name.to_string_lossy()]).map(|_| ())
}

/// Writes a file, whole or not at all; one that is there already is an error unless it may be replaced.
pub fn write_file(path: &Path, content: &[u8], may_replace: bool) -> Result<(), FileError> {
    let write = || -> io::Result<()> {
        let mut file = temporary(folder_of(path))?;
        file.write_all(content)?;
        // Renaming within a folder is atomic. Nothing is synchronised: what a power cut takes, a seed brings back.
        if may_replace {
            file.persist(path)?;
        } else {
            file.persist_noclobber(path)?;
        }
        Ok(())
    };
    write().map_err(failed("write", path))
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Makes a file that vanishes unless it is given a name.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".plimsoll-");
    // Temporary files are private by default; a report is as readable as any other new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError {
        action,
        path,
        source: undecorated(source),
    }
}

/// Returns what the machine says, without the name of a temporary file that means nothing to anybody.
fn undecorated(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((cause, _)) => io::Error::new(error.kind(), cause),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_written_and_listed_and_others_stay() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b");
        let mut output = Output::prepare(&folder, &["summary.csv"]).unwrap();
        assert_eq!((output.listing(), names_in(&folder)), (None, vec![]));
        fs::write(folder.join("notes.txt"), "mine").unwrap();
        fs::write(folder.join("summary.csv"), "older and longer").unwrap();
        output.write("summary.csv", b"new").unwrap();
        assert!(output.listing().unwrap().ends_with("summary.csv"));
        output.write("summary.json", b"{}").unwrap();
        assert!(output.listing().unwrap().ends_with("{summary.csv, summary.json}"));
        assert_eq!(names_in(&folder), ["notes.txt", "summary.csv", "summary.json"]);
        assert_eq!(fs::read(folder.join("summary.csv")).unwrap(), b"new");
        assert_eq!(fs::read(folder.join("notes.txt")).unwrap(), b"mine");
    }

    #[test]
    fn a_file_of_an_earlier_report_is_removed_where_there_is_none_of_this() {
        let root = tempfile::tempdir().unwrap();
        let mut output = Output::prepare(root.path(), &["incidents.csv"]).unwrap();
        output.remove("incidents.csv").unwrap();
        fs::write(root.path().join("incidents.csv"), "older").unwrap();
        fs::write(root.path().join("notes.txt"), "mine").unwrap();
        output.remove("incidents.csv").unwrap();
        assert_eq!(names_in(root.path()), ["notes.txt"]);
        assert_eq!(output.listing(), None);
    }

    #[test]
    fn a_folder_that_cannot_be_made_fails_at_once_and_is_named() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("occupied");
        fs::write(&file, "").unwrap();
        for folder in [file.clone(), file.join("below")] {
            let error = Output::prepare(&folder, &[]).unwrap_err();
            assert_eq!((error.action, &error.path), ("create the folder", &folder));
            assert!(error.to_string().contains("occupied"), "{error}");
        }
        fs::create_dir(root.path().join("summary.csv")).unwrap();
        let error = Output::prepare(root.path(), &["summary.csv"]).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::IsADirectory);
    }

    #[test]
    fn a_failure_speaks_of_no_temporary_file() {
        let root = tempfile::tempdir().unwrap();
        let error = write_file(&root.path().join("nowhere/a"), b"x", true).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
        assert!(
            !error.source.to_string().contains(".plimsoll"),
            "{}",
            error.source
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_without_permission_is_refused_before_the_run() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("locked");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
        // The super-user may write anywhere, so this can be seen only as somebody else.
        let is_locked = fs::write(folder.join("probe"), "").is_err();
        let got = Output::prepare(&folder, &[]);
        assert_eq!(got.is_err(), is_locked, "{got:?}");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_failed_write_leaves_no_trace() {
        let root = tempfile::tempdir().unwrap();
        let mut output = Output::prepare(root.path(), &[]).unwrap();
        fs::create_dir_all(root.path().join("taken/inside")).unwrap();
        let error = output.write("taken", b"x").unwrap_err();
        assert_eq!((error.action, error.path), ("write", root.path().join("taken")));
        assert_eq!(names_in(root.path()), ["taken"]);
        assert_eq!(output.listing(), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_report_is_as_readable_as_any_other_file() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let mut output = Output::prepare(root.path(), &[]).unwrap();
        output.write("a", b"x").unwrap();
        fs::write(root.path().join("b"), "x").unwrap();
        let mode = |name: &str| fs::metadata(root.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("a"), mode("b"));
    }
}
