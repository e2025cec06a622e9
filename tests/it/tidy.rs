//! The shape of the crate: which module may use which, how long files and functions are, and words that have no place.
//!
//! Tests and benches are excepted from the dependencies: a test may look wherever it has to.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What each module may use of ours. `ARCHITECTURE.md` shows the same table.
const USES: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("rng", &[]),
    ("engine", &["units"]),
    ("stats", &[]),
    ("theory", &[]),
    ("config", &["units"]),
    ("dist", &["config", "rng", "units"]),
    ("model", &["config", "dist", "engine", "rng", "stats", "units"]),
    ("scenario", &["config", "dist", "model", "rng", "units"]),
    (
        "experiment",
        &["dist", "model", "scenario", "stats", "theory", "units"],
    ),
    ("report", &["experiment", "stats", "units"]),
];

/// The most lines of a source file, tests included.
const LINES_MOST: usize = 350;

/// Words that say that something is unfinished, or that belong to one machine.
const UNWANTED: &[&str] = &[
    "todo!",
    "unimplemented!",
    "TODO",
    "FIXME",
    "XXX",
    "#[allow",
    "/tmp/",
    "/home/",
];

#[test]
fn modules_use_only_what_the_table_allows() {
    let mut seen = 0;
    for file in shipped() {
        let inside = file.strip_prefix(root().join("src")).unwrap();
        let module = module_of(inside);
        // The binary may use anything; it does so by the name of the crate.
        if ["main", "lib", "cli"].contains(&module.as_str()) {
            continue;
        }
        let allowed = USES.iter().find(|(name, _)| *name == module);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("the table does not know `{module}`"));
        for used in uses(&without_tests(&read(&file))) {
            seen += 1;
            assert!(
                used == module || allowed.contains(&used.as_str()),
                "{} uses `{used}`, but `{module}` may use only {allowed:?}",
                inside.display()
            );
        }
    }
    assert!(100 < seen, "only {seen} uses were found: the scan is broken");
}

#[test]
fn the_table_names_every_module_and_points_one_way() {
    let text = read(&root().join("src/lib.rs"));
    let declared: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let mut named: Vec<&str> = USES.iter().map(|(name, _)| *name).collect();
    // Everything that a module uses stands above it.
    for (at, (name, allowed)) in USES.iter().enumerate() {
        for used in *allowed {
            assert!(
                named[..at].contains(used),
                "`{name}` uses `{used}`, which stands below it"
            );
        }
    }
    named.sort_unstable();
    assert_eq!(named, declared);
}

#[test]
fn the_page_on_the_architecture_shows_the_table() {
    let page = read(&root().join("ARCHITECTURE.md"));
    for (name, allowed) in USES {
        let allowed = if allowed.is_empty() {
            "nothing of ours".to_owned()
        } else {
            allowed.join(", ")
        };
        let line = format!("{name:<10} → {allowed}");
        assert!(
            page.lines().any(|other| other == line),
            "this line is missing: {line}"
        );
    }
}

#[test]
fn files_are_short_enough_to_read() {
    for file in all_sources() {
        let lines = read(&file).lines().count();
        assert!(
            lines <= LINES_MOST,
            "{} has {lines} lines; cut it by idea",
            file.display()
        );
    }
}

#[test]
fn nothing_is_left_unfinished_and_no_path_of_one_machine_is_named() {
    for file in all_sources()
        .into_iter()
        .filter(|file| !file.ends_with("tests/it/tidy.rs"))
    {
        let text = read(&file);
        for word in UNWANTED {
            let line = text.lines().position(|line| line.contains(word));
            assert!(
                line.is_none(),
                "{}:{}: `{word}`",
                file.display(),
                line.unwrap_or(0) + 1
            );
        }
    }
}

/// Only `cli` prints, only `experiment` starts threads, only `report` writes files.
#[test]
fn printing_threads_and_writing_stay_where_they_belong() {
    let rules: [(&[&str], &[&str]); 3] = [
        (
            &["println!", "print!(", "eprintln!", "stdout()", "stderr()"],
            &["cli"],
        ),
        (&["rayon::", "thread::spawn", "thread::scope"], &["experiment"]),
        (
            &["File::create", "fs::write", "NamedTempFile"],
            &["report", "cli"],
        ),
    ];
    // What an experiment keeps for the next time is no result, and nobody else's business.
    let exempt = ("src/experiment/keep/folder.rs", "NamedTempFile");
    for file in shipped() {
        let inside = file.strip_prefix(root().join("src")).unwrap();
        let module = module_of(inside);
        let text = without_tests(&read(&file));
        for (words, homes) in &rules {
            for word in words.iter().filter(|_| !homes.contains(&module.as_str())) {
                let is_exempt = file.ends_with(exempt.0) && *word == exempt.1;
                let found = text
                    .lines()
                    .any(|line| line.contains(word) && !line.trim_start().starts_with("//") && !is_exempt);
                assert!(
                    !found,
                    "{} has `{word}`, which belongs in {homes:?}",
                    inside.display()
                );
            }
        }
    }
}

#[test]
fn the_scan_finds_uses_in_every_form() {
    let text = "use crate::dist::Dist;\nuse crate::{\n    config::{Entry, Table},\n    stats::{self, Histogram},\n    units::Rate,\n};\n\
                crate::config_table! {\nlet x = crate::rng::mix(1);\n/// See [`crate::theory`].\n";
    assert_eq!(uses(text), ["dist", "config", "stats", "units", "config", "rng"]);
    let tested = "use crate::dist::Dist;\n#[cfg(test)]\nmod tests {\n    use crate::theory::mm1;\n}\n";
    assert_eq!(uses(&without_tests(tested)), ["dist"]);
    assert_eq!(
        uses(&without_tests(
            "#[cfg(test)]\nmod tests;\nuse crate::dist::Dist;\n"
        )),
        ["dist"]
    );
}

/// Returns the modules of ours that a text uses, each as often as it is named.
fn uses(text: &str) -> Vec<String> {
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(list) => found.extend(first_names(list)),
            None => found.push(name(rest)),
        }
    }
    for used in &mut found {
        // Macros stand at the root of the crate, wherever they are written.
        if used.starts_with("config_") {
            "config".clone_into(used);
        }
    }
    found
}

/// Returns the first name of each path of a list in braces, up to the brace that closes it.
fn first_names(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut fresh) = (0_i32, Vec::new(), true);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if fresh && character.is_alphabetic() => {
                names.push(name(&list[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn name(text: &str) -> String {
    text.chars()
        .take_while(|&character| character.is_alphanumeric() || character == '_')
        .collect()
}

/// Returns a text without its modules for tests, which stand at the left margin.
fn without_tests(text: &str) -> String {
    let (mut kept, mut lines) = (Vec::new(), text.lines());
    while let Some(line) = lines.next() {
        if line != "#[cfg(test)]" {
            kept.push(line);
        } else if lines.next().is_some_and(|line| line.ends_with('{')) {
            lines.by_ref().take_while(|line| *line != "}").for_each(drop);
        }
    }
    kept.join("\n")
}

fn module_of(inside: &Path) -> String {
    let first = inside.iter().next().unwrap().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn all_sources() -> Vec<PathBuf> {
    ["src", "tests", "benches", "examples"]
        .into_iter()
        .flat_map(sources)
        .collect()
}

/// Returns the source files of the crate itself, without those that are compiled for tests only.
fn shipped() -> Vec<PathBuf> {
    let mut files = sources("src");
    let for_tests: Vec<PathBuf> = files.iter().flat_map(|file| test_modules(file)).collect();
    assert!(5 < for_tests.len(), "the scan for test modules is broken");
    files.retain(|file| {
        !for_tests
            .iter()
            .any(|module| file.starts_with(module) || file.with_extension("") == *module)
    });
    files
}

/// Returns where the modules live that a file declares for tests only, without their ending.
fn test_modules(file: &Path) -> Vec<PathBuf> {
    let text = read(file);
    let lines: Vec<&str> = text.lines().collect();
    let declared = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]");
    let names = declared.filter_map(|pair| pair[1].strip_prefix("mod ")?.strip_suffix(';'));
    let is_folder = ["mod.rs", "lib.rs", "main.rs"]
        .iter()
        .any(|name| file.ends_with(name));
    let folder = if is_folder {
        file.parent().unwrap().to_owned()
    } else {
        file.with_extension("")
    };
    names.map(|name| folder.join(name)).collect()
}

/// Returns all Rust files in a folder and below.
fn sources(folder: &str) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort_unstable();
    files
}
