//! Pages as a browser shows them: drawn, sorted, switched, and without a complaint.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use super::{
    of_comparison, of_durability, of_failures, of_graph, of_names, of_plan, of_plane, of_run, of_store,
    of_sweep, of_years, of_years_of_requests,
};

/// What is asked of a page is asked by a script that is added to it.
const PROBE: &str = include_str!("probe.js");
/// Heard from the first line on.
const LISTEN: &str = "<script>const problems = []; addEventListener('error', (e) => problems.push(e.message)); \
    addEventListener('securitypolicyviolation', (e) => problems.push('fetches ' + e.blockedURI)); \
    console.error = console.warn = (...words) => problems.push(words.join(' '));</script>";
/// So long a page may take at most; it takes a second, and more where others are at work.
const PATIENCE: Duration = Duration::from_secs(180);

/// Returns the browser, if there is one.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let folders = std::env::split_paths(&path);
    let mut found = folders.flat_map(|folder| names.map(|name| folder.join(name)));
    found.find(|file| file.is_file())
}

/// Opens a page in a browser of a size and returns what the probe says, line by line; nothing without a browser.
fn probed(page: &str, folder: &Path, size: &str) -> Option<Vec<String>> {
    let Some(browser) = browser() else {
        eprintln!("no Chromium or Chrome in the path: the page is not looked at");
        return None;
    };
    let page = page.replacen("<head>", &format!("<head>{LISTEN}"), 1);
    let page = page.replacen("</body>", &format!("<script>{PROBE}</script></body>"), 1);
    let file = folder.join("probed.html");
    fs::write(&file, page).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let mut child = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args([
            "--disable-dev-shm-usage",
            "--virtual-time-budget=10000",
            "--dump-dom",
        ])
        .arg(format!("--window-size={size}"))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", file.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let step = Duration::from_millis(50);
    let turns = PATIENCE.as_millis() / step.as_millis();
    let ended = (0..turns).any(|_| {
        std::thread::sleep(step);
        child.try_wait().unwrap().is_some()
    });
    if !ended {
        child.kill().unwrap();
    }
    child.wait().unwrap();
    assert!(ended, "the browser does not come to an end");
    let text = reader.join().unwrap().unwrap();
    let (_, outcome) = text.split_once("<pre id=\"outcome\">").expect("the probe ran");
    let (outcome, _) = outcome.split_once("</pre>").unwrap();
    Some(outcome.lines().map(str::to_owned).collect())
}

/// Every line begins with what it asks; all must be fine, and so many there must be.
fn assert_fine(lines: &[String], least: usize) {
    let wrong: Vec<&String> = lines.iter().filter(|line| !line.starts_with("fine: ")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(least <= lines.len(), "{lines:#?}");
}

#[test]
fn the_page_of_a_run_works() {
    let folder = tempfile::tempdir().unwrap();
    let (page, _) = of_run(folder.path());
    for size in ["1200,900", "500,900"] {
        if let Some(lines) = probed(&page, folder.path(), size) {
            assert_fine(&lines, 12);
        }
    }
}

#[test]
fn the_pages_of_failures_of_graphs_and_of_years_work() {
    let folder = tempfile::tempdir().unwrap();
    for make in [of_failures, of_graph, of_years, of_years_of_requests] {
        let (page, _) = make(folder.path());
        if let Some(lines) = probed(&page, folder.path(), "1200,900") {
            assert_fine(&lines, 8);
        }
    }
}

#[test]
fn the_pages_of_stores_work() {
    let folder = tempfile::tempdir().unwrap();
    for (make, charts) in [
        (
            of_store as fn(&Path) -> _,
            &["operations", "store-loads", "freshness", "calls-chart"][..],
        ),
        (of_durability, &["operations", "durability", "shortage"]),
    ] {
        let (page, _): (String, serde_json::Value) = make(folder.path());
        for chart in charts {
            assert!(page.contains(&format!("<figure id=\"{chart}\">")), "{chart}");
        }
        for size in ["1200,900", "500,900"] {
            if let Some(lines) = probed(&page, folder.path(), size) {
                assert_fine(&lines, 12);
            }
        }
    }
}

#[test]
fn the_page_of_a_comparison_works() {
    let folder = tempfile::tempdir().unwrap();
    let (page, _) = of_comparison(folder.path());
    if let Some(lines) = probed(&page, folder.path(), "1200,900") {
        assert_fine(&lines, 12);
    }
}

#[test]
fn the_page_of_a_plan_works() {
    let folder = tempfile::tempdir().unwrap();
    let (page, document) = of_plan(folder.path());
    assert_eq!(super::document(&page), document);
    if let Some(lines) = probed(&page, folder.path(), "1200,900") {
        assert_fine(&lines, 12);
    }
}

#[test]
fn the_pages_of_sweeps_work() {
    let folder = tempfile::tempdir().unwrap();
    for (make, size) in [
        (of_sweep as fn(&Path) -> _, "1200,900"),
        (of_names, "1200,900"),
        (of_plane, "1200,900"),
        (of_plane, "500,900"),
    ] {
        let (page, _) = make(folder.path());
        if let Some(lines) = probed(&page, folder.path(), size) {
            assert_fine(&lines, 12);
        }
    }
}

#[test]
fn the_probe_notices_a_page_that_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (page, _) = of_run(folder.path());
    let loads = "<img src=\"https://example.org/x.png\">";
    for (from, to) in [
        ("data-measure=\"response.mean\"", "data-measure=\"response.meen\""),
        ("charts.drawAll();", "console.error('broken');"),
        ("direction * order(a.key, b.key)", "order(b.key, a.key)"),
        ("</header>", &format!("{loads}</header>")),
    ] {
        let broken = page.replacen(from, to, 1);
        assert_ne!(broken, page);
        if let Some(lines) = probed(&broken, folder.path(), "1200,900") {
            assert!(
                lines.iter().any(|line| line.starts_with("wrong: ")),
                "{from}: {lines:#?}"
            );
        }
    }
}
