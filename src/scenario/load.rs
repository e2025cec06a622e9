//! From a file, or a text, to a checked scenario.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::{
    Scenario, check,
    error::{Diagnosis, LoadError},
    overrides::{self, Override},
    raw::RawScenario,
    source::Sources,
    uncertain,
};
use crate::{
    config::{self, Problems, Value, did_you_mean},
    rng::{fnv1a64, fnv1a64_on},
};

/// The largest scenario file in bytes. People write these; recorded data stands in files of its own.
const LIMIT: u64 = 4 << 20;

/// A scenario and what its author should look at again.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// Warnings; often none.
    pub warnings: Diagnosis,
}

/// Reads a scenario file, with some of its values changed.
pub fn load(path: &Path, changes: &[Override]) -> Result<Loaded, LoadError> {
    let text = read_text(path)?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let mut stem = path.file_stem().unwrap_or_default().to_string_lossy();
    // Results go to a folder of the scenario's name, and these are no names: `...toml` would be `..`, the folder above.
    if matches!(&*stem, "." | "..") {
        stem = path.file_name().unwrap_or_default().to_string_lossy();
    }
    read(
        &path.to_string_lossy(),
        &stem,
        text,
        changes,
        Problems::with_folder(folder),
    )
}

/// Reads a scenario from a text, with some of its values changed. Files that it names are not read.
///
/// ```
/// use plimsoll::scenario;
///
/// let text = r#"
///     [run]
///     duration = "1 min"
///     [[workload]]
///     name = "callers"
///     to = "desk"
///     arrivals = { process = "poisson", rate = "8 /min" }
///     [[service]]
///     name = "desk"
///     servers = 1
///     work = { distribution = "exponential", mean = "6 s" }
/// "#;
/// let loaded = scenario::from_str("desk", text, &[])?;
/// assert_eq!(loaded.scenario.deployment.services[0].servers(), 1);
///
/// let more: scenario::Override = "workload.callers.arrivals.rate=12 /min".parse()?;
/// let error = scenario::from_str("desk", text, &[more]).unwrap_err();
/// assert!(error.to_string().contains("more load than it can serve"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn from_str(name: &str, text: &str, changes: &[Override]) -> Result<Loaded, LoadError> {
    read(name, name, text.to_owned(), changes, Problems::default())
}

fn read(
    shown_name: &str,
    name: &str,
    text: String,
    changes: &[Override],
    problems: Problems,
) -> Result<Loaded, LoadError> {
    let mut root = config::parse(&text, 0, &problems);
    let mut sources = Sources::default();
    sources.add(shown_name, text);
    // What was made out of broken TOML says nothing certain about what is missing in it or too much.
    let mut inputs = None;
    let scenario = if problems.has_errors() {
        None
    } else {
        let shape = RawScenario::root_shape();
        for change in changes {
            overrides::apply(change, &mut root, &shape, &mut sources, &problems);
        }
        inputs = uncertain::settle(&mut root, &shape, &problems);
        let raw = RawScenario::read(&root, &problems);
        // Without its values nothing certain can be said of how it fits together.
        raw.filter(|_| inputs.is_some())
            .and_then(|raw| check::check(&raw, &root, &problems))
    };
    match scenario {
        Some(parts) if !problems.has_errors() => {
            let digest = digest(&sources, &problems.files())?;
            let scenario = Scenario {
                name: name.to_owned(),
                description: parts.description,
                run: parts.run,
                deployment: parts.deployment,
                objectives: parts.objectives,
                performability: parts.performability,
                planning: parts.planning,
                inputs: inputs.unwrap_or_default(),
                digest,
            };
            let warnings = Diagnosis::new(shown_name, sources, problems);
            Ok(Loaded { scenario, warnings })
        }
        _ => Err(LoadError::Invalid(Diagnosis::new(shown_name, sources, problems))),
    }
}

/// Returns the fingerprint of everything that a scenario is made of: its texts, and the files that it names.
fn digest(sources: &Sources, files: &[PathBuf]) -> Result<u64, LoadError> {
    let texts: Vec<&str> = sources.iter().map(|source| source.text.as_str()).collect();
    let mut hash = fnv1a64(texts.join("\n").as_bytes());
    let mut buffer = vec![0; 1 << 16];
    for path in files {
        // What the files say counts, not where they are; a boundary keeps the end of one from being another's beginning.
        hash = fnv1a64_on(hash, &[0]);
        let mut hash_file = || -> std::io::Result<()> {
            let mut file = File::open(path)?;
            loop {
                match file.read(&mut buffer)? {
                    0 => return Ok(()),
                    read => hash = fnv1a64_on(hash, &buffer[..read]),
                }
            }
        };
        hash_file().map_err(|error| LoadError::Unreadable {
            path: path.clone(),
            reason: error.to_string(),
            help: "it was there a moment ago; does something else write it?".to_owned(),
        })?;
    }
    Ok(hash)
}

fn read_text(path: &Path) -> Result<String, LoadError> {
    let unreadable = |reason: &str, help: String| LoadError::Unreadable {
        path: path.to_owned(),
        reason: reason.to_owned(),
        help,
    };
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => unreadable("there is no such file", suggest(path)),
        _ => unreadable(&error.to_string(), "check its permissions".to_owned()),
    };
    if std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Err(unreadable(
            "it is a folder",
            "name a scenario file in it".to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if LIMIT < bytes.len() as u64 {
        let reason = format!("it is larger than {} MiB", LIMIT >> 20);
        return Err(unreadable(
            &reason,
            "a scenario is a short text; is this one?".to_owned(),
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].split(|&byte| byte == b'\n').count();
        let reason = format!("it is not text in UTF-8 (line {line})");
        unreadable(&reason, "save it as plain text, UTF-8".to_owned())
    })
}

/// Says where a scenario might be instead.
fn suggest(path: &Path) -> String {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return format!("there is no folder `{}` either", folder.display());
    };
    let mut names: Vec<String> = entries
        .take(1_000)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "toml"))
        .collect();
    names.sort_unstable();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    let hint = did_you_mean(&wanted, names.iter().map(String::as_str));
    match hint.strip_prefix(", ") {
        Some(hint) => hint.to_owned(),
        None => "`plimsoll init` prints a scenario to start from".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_gives_a_scenario_the_name_of_a_folder_above() {
        let folder = tempfile::tempdir().unwrap();
        for (file, expected) in [
            ("web.toml", "web"),
            ("..toml", "..toml"),
            ("...toml", "...toml"),
            ("..web.toml", "..web"),
        ] {
            let path = folder.path().join(file);
            std::fs::write(&path, crate::scenario::TEMPLATES[0].text).unwrap();
            let loaded = load(&path, &[]).unwrap_or_else(|error| panic!("{}", error.render(false)));
            assert_eq!(loaded.scenario.name, expected);
        }
    }

    #[test]
    fn the_digest_follows_the_files_that_a_scenario_names_and_not_where_they_are() {
        let text = r#"
            [run]
            duration = "1 min"
            [[workload]]
            name = "callers"
            to = "desk"
            arrivals = { process = "trace", file = "calls.csv" }
            [[service]]
            name = "desk"
            servers = 5
            work = { distribution = "empirical", file = "talks.csv" }
        "#;
        let digest = |calls: &str, talks: &str| {
            let folder = tempfile::tempdir().unwrap();
            let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
            write("desk.toml", text);
            write("calls.csv", calls);
            write("talks.csv", talks);
            let loaded = load(&folder.path().join("desk.toml"), &[]);
            let loaded = loaded.unwrap_or_else(|error| panic!("{}", error.render(false)));
            loaded.scenario.digest
        };
        let (calls, talks) = ("timestamp\n0\n1\n2\n", "value\n1\n2\n");
        let same = digest(calls, talks);
        assert_eq!(same, digest(calls, talks));
        let others = [
            digest("timestamp\n0\n1\n3\n", talks),
            digest(calls, "value\n1\n3\n"),
        ];
        assert!(
            others.iter().all(|&other| other != same) && others[0] != others[1],
            "{same} {others:?}"
        );
    }
}
