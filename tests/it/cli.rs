//! The binary: exit codes, and what goes to standard output and what to standard error.

use std::{
    fs,
    io::Read,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value as Json;

fn plimsoll(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    command
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR");
    command
}

/// Runs it to its end and returns the exit code, standard output and standard error.
fn outcome(args: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = plimsoll(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        status.code().expect("it was not killed"),
        text(stdout),
        text(stderr),
    )
}

const GOOD: &str = "scenarios/web-tier.toml";

#[test]
fn a_right_scenario_is_ok_in_one_line() {
    let (code, stdout, stderr) = outcome(&["check", GOOD]);
    assert_eq!(code, 0);
    assert_eq!(
        stdout,
        "scenarios/web-tier.toml: ok (1 workload, 1 service of 10 servers, load 85 %)\n"
    );
    assert_eq!(stderr, "");
}

#[test]
fn a_wrong_scenario_goes_to_standard_error_with_exit_code_2() {
    let (code, stdout, stderr) = outcome(&["check", GOOD, "--set", "service.web.servers=3"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.starts_with("error: service `web` is offered more load than it can serve\n"),
        "{stderr}"
    );
    assert!(
        stderr.ends_with("\n1 mistake in scenarios/web-tier.toml\n"),
        "{stderr}"
    );
    assert!(!stderr.contains('\u{1b}'), "a pipe gets no colours: {stderr:?}");
}

#[test]
fn one_wrong_file_does_not_hide_the_others() {
    let (code, stdout, stderr) = outcome(&["check", "scenarios/web-teer.toml", "src", GOOD]);
    assert_eq!(code, 2);
    assert!(stdout.starts_with("scenarios/web-tier.toml: ok"), "{stdout}");
    assert_eq!(
        stderr,
        "error: cannot read scenarios/web-teer.toml: there is no such file\n\
         help: did you mean `web-tier.toml`?\n\
         error: cannot read src: it is a folder\n\
         help: name a scenario file in it\n"
    );
}

#[test]
fn json_is_one_document_whatever_happens() {
    let (code, stdout, stderr) = outcome(&[
        "check",
        GOOD,
        "nowhere.toml",
        "--set",
        "run.sed=1",
        "--format",
        "json",
    ]);
    assert_eq!((code, stderr.as_str()), (2, ""));
    let document: Json = serde_json::from_str(&stdout).unwrap();
    let finding = &document["files"][0]["findings"][0];
    assert_eq!(finding["message"], "unknown field `sed`, did you mean `seed`?");
    assert_eq!(finding["place"]["source"], "--set run.sed");
    assert_eq!(finding["place"]["column"], 5);
    assert_eq!(document["files"][1]["ok"], false);

    let (code, stdout, _) = outcome(&["check", GOOD, "--format", "json"]);
    let document: Json = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &document["files"][0]["ok"]), (0, &Json::Bool(true)));
}

#[test]
fn quiet_leaves_out_warnings_but_not_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("once.toml");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(GOOD)).unwrap();
    fs::write(&path, text.replace("precision = \"1 %\"", "replications = 1")).unwrap();
    let path = path.to_str().unwrap();
    let (code, _, stderr) = outcome(&["check", path]);
    assert_eq!(code, 0);
    assert!(
        stderr.starts_with("warning: one replication gives no intervals\n"),
        "{stderr}"
    );
    assert_eq!(outcome(&["check", path, "--quiet"]).2, "");
    assert!(
        !outcome(&["check", path, "--quiet", "--set", "run.seed=x"])
            .2
            .is_empty()
    );
}

#[test]
fn files_that_are_no_text_are_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.toml");
    for (bytes, expected) in [
        (b"# fine\n\xff\xfe".to_vec(), "it is not text in UTF-8 (line 2)"),
        (vec![b'#'; (4 << 20) + 1], "it is larger than 4 MiB"),
    ] {
        fs::write(&path, bytes).unwrap();
        let (code, _, stderr) = outcome(&["check", path.to_str().unwrap()]);
        assert_eq!(code, 2);
        assert!(stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn a_mistake_on_the_command_line_has_exit_code_2() {
    for args in [
        &["chekc"][..],
        &["check"],
        &["check", GOOD, "--set", "run.seed"],
        &["check", GOOD, "--format", "xml"],
        &["init", "nothing-like-this"],
        &["completions", "dos"],
        &[],
    ] {
        let (code, stdout, stderr) = outcome(args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}");
        assert!(!stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for args in [
        &["--help"][..],
        &["--version"],
        &["check", "--help"],
        &["help", "init"],
    ] {
        let (code, stdout, stderr) = outcome(args);
        assert_eq!((code, stderr.as_str()), (0, ""), "{args:?}");
        assert!(!stdout.is_empty());
    }
    assert!(outcome(&["--help"]).1.contains("Exit status"));
}

#[test]
fn init_writes_a_scenario_that_is_right_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my.toml");
    let path = path.to_str().unwrap();
    let (code, stdout, _) = outcome(&["init", "web-tier", "--out", path]);
    assert_eq!((code, stdout.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(path).unwrap(), outcome(&["init"]).1);
    assert_eq!(outcome(&["check", path]).0, 0);

    fs::write(path, "mine").unwrap();
    let (code, _, stderr) = outcome(&["init", "--out", path]);
    assert_eq!(code, 2);
    assert!(stderr.contains("`--force`"), "{stderr}");
    assert_eq!(fs::read_to_string(path).unwrap(), "mine");
    assert_eq!(outcome(&["init", "--out", path, "--force"]).0, 0);
    assert_ne!(fs::read_to_string(path).unwrap(), "mine");

    let nowhere = folder.path().join("no").join("where.toml");
    assert_eq!(outcome(&["init", "--out", nowhere.to_str().unwrap()]).0, 2);
}

#[test]
fn the_schema_is_json_and_completions_name_the_commands() {
    let schema: Json = serde_json::from_str(&outcome(&["schema"]).1).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, stdout, _) = outcome(&["completions", shell]);
        assert_eq!(code, 0);
        assert!(stdout.contains("check"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = plimsoll(&["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // More than a pipe holds is still to be written when its reading end closes.
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!(status.code(), Some(0));
    assert_eq!(String::from_utf8(stderr).unwrap(), "");
}
