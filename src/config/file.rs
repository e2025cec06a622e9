//! Files that a scenario names: samples, traces, schedules.
//!
//! The only way from settings to the disk. It takes regular files beside the scenario, and only when the reader was
//! given a folder: text of unknown origin can be read without one, and then touches nothing.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::{Section, Tree};

/// The largest file that is read in one piece, in bytes.
const LIMIT: u64 = 64 << 20;

impl Section<'_> {
    /// Reads the text file whose name the field `field` holds; `None` says that a problem was added, or that there is
    /// no such field.
    pub fn file(&self, field: &'static str) -> Option<String> {
        let path = self.path(field)?;
        self.settle(field, read_text(&path))
    }

    /// Returns the path of the regular file whose name the field `field` holds, for files that are too long to be read
    /// in one piece; `None` says that a problem was added, or that there is no such field.
    pub fn path(&self, field: &'static str) -> Option<PathBuf> {
        let node = self.node(field)?;
        let Tree::Text(name) = &node.tree else {
            return self.field::<String>(field, None).and(None);
        };
        let found = match self.problems().folder() {
            Some(folder) => regular(folder.join(name)),
            None => Err(Fault {
                why: "no files are read here".to_owned(),
                help: "write the values into the scenario itself",
            }),
        };
        let path = self.settle(field, found)?;
        self.problems().add_file(&path);
        Some(path)
    }

    /// Turns a fault into a problem at the field that names the file.
    fn settle<T>(&self, field: &'static str, result: Result<T, Fault>) -> Option<T> {
        let fault = match result {
            Ok(value) => return Some(value),
            Err(fault) => fault,
        };
        let node = self.node(field)?;
        let name = match &node.tree {
            Tree::Text(name) => name,
            _ => field,
        };
        let message = format!("cannot read `{name}`: {}", fault.why);
        self.problems()
            .error(&node.span, message, "this file", fault.help);
        None
    }
}

struct Fault {
    why: String,
    help: &'static str,
}

fn failed(error: &std::io::Error) -> Fault {
    Fault {
        why: error.to_string(),
        help: "file names are taken from the folder of the scenario",
    }
}

fn regular(path: PathBuf) -> Result<PathBuf, Fault> {
    // Asked before opening: to open a pipe would wait for a writer.
    let metadata = std::fs::metadata(&path).map_err(|error| failed(&error))?;
    if metadata.is_file() {
        return Ok(path);
    }
    Err(Fault {
        why: "it is not a file".to_owned(),
        help: "name a text file",
    })
}

fn read_text(path: &Path) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| failed(&error))?;
    if LIMIT < bytes.len() as u64 {
        return Err(Fault {
            why: format!("it is larger than {} MiB", LIMIT >> 20),
            help: "use a smaller sample of it",
        });
    }
    String::from_utf8(bytes).map_err(|_| Fault {
        why: "it is not text in UTF-8".to_owned(),
        help: "save it as plain text, UTF-8",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Problems, parse};

    /// Reads the file that the settings name; the message if that fails.
    fn read(problems: Problems, name: &str) -> Result<String, String> {
        let node = parse(&format!("file = {name:?}"), 0, &problems);
        let text = Section::open(&node, "a test", &problems).unwrap().file("file");
        text.ok_or_else(|| problems.into_sorted()[0].message.clone())
    }

    #[test]
    fn files_are_taken_from_the_folder_of_the_scenario() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("good.csv"), "value\n1\n").unwrap();
        std::fs::write(folder.path().join("bytes.csv"), [0xFF, 0xFE]).unwrap();
        let from_folder = |name| read(Problems::with_folder(folder.path()), name);
        assert_eq!(from_folder("good.csv"), Ok("value\n1\n".to_owned()));
        let failed = from_folder("absent.csv").unwrap_err();
        assert!(failed.starts_with("cannot read `absent.csv`: "), "{failed}");
        assert_eq!(
            from_folder("."),
            Err("cannot read `.`: it is not a file".to_owned())
        );
        assert_eq!(
            from_folder("bytes.csv"),
            Err("cannot read `bytes.csv`: it is not text in UTF-8".to_owned())
        );
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        // A file with a hole: it has the length, but takes no space.
        let file = File::create(folder.path().join("large.csv")).unwrap();
        file.set_len(LIMIT + 1).unwrap();
        let failed = read(Problems::with_folder(folder.path()), "large.csv").unwrap_err();
        assert_eq!(failed, "cannot read `large.csv`: it is larger than 64 MiB");
    }

    #[test]
    fn without_a_folder_the_disk_is_left_alone() {
        let failed = read(Problems::default(), "Cargo.toml").unwrap_err();
        assert_eq!(failed, "cannot read `Cargo.toml`: no files are read here");
    }
}
