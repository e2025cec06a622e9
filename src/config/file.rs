//! Files that a scenario names: samples, traces, schedules.
//!
//! The only way from settings to the disk. It takes regular files beside the scenario, of a limited size, and only
//! when the reader was given a folder: text of unknown origin can be read without one, and then touches nothing.

use std::{fs::File, io::Read, path::Path};

use super::{Section, Tree};

/// The largest file that is read in one piece, in bytes.
const LIMIT: u64 = 64 << 20;

impl Section<'_> {
    /// Reads the text file whose name the field `field` holds; `None` says that a problem was added, or that there is
    /// no such field.
    pub fn file(&self, field: &'static str) -> Option<String> {
        let node = self.node(field)?;
        let Tree::Text(name) = &node.tree else {
            return self.field::<String>(field, None).and(None);
        };
        let read = match self.problems().folder() {
            Some(folder) => read_text(&folder.join(name)),
            None => Err(Fault {
                why: "no files are read here".to_owned(),
                help: "write the values into the scenario itself",
            }),
        };
        match read {
            Ok(text) => Some(text),
            Err(fault) => {
                let message = format!("cannot read `{name}`: {}", fault.why);
                self.problems()
                    .error(&node.span, message, "this file", fault.help);
                None
            }
        }
    }
}

struct Fault {
    why: String,
    help: &'static str,
}

fn read_text(path: &Path) -> Result<String, Fault> {
    let failed = |error: std::io::Error| Fault {
        why: error.to_string(),
        help: "file names are taken from the folder of the scenario",
    };
    // Asked before opening: to open a pipe would wait for a writer.
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(Fault {
            why: "it is not a file".to_owned(),
            help: "name a text file",
        });
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
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
