//! Colours: what is read stands out, in the light look and in the dark one.

const LIGHT: &str = include_str!("../page.css");
const DARK: &str = include_str!("../dark.css");

/// The colours that a style sheet gives, by their names.
fn colours(style: &'static str) -> Vec<(&'static str, [f64; 3])> {
    let (_, block) = style.split_once(":root {").unwrap();
    let (block, _) = block.split_once('}').unwrap();
    let colour = |line: &'static str| {
        let (name, code) = line.trim().strip_prefix("--")?.split_once(": #")?;
        let part = |at: usize| Some(f64::from(u8::from_str_radix(code.get(at..at + 2)?, 16).ok()?) / 255.0);
        (code.len() == 7).then_some((name, [part(0)?, part(2)?, part(4)?]))
    };
    block.lines().filter_map(colour).collect()
}

/// The ratio of two luminances as the Web Content Accessibility Guidelines 2.1 define it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let linear = |part: f64| {
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn texts_and_lines_stand_out_in_both_looks() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    let names = |style| -> Vec<&str> { colours(style).into_iter().map(|(name, _)| name).collect() };
    assert_eq!(names(LIGHT), names(DARK), "each look has every colour");
    for style in [LIGHT, DARK] {
        let all = colours(style);
        let find = |name: &str| all.iter().find(|(other, _)| *other == name).unwrap().1;
        let texts =
            ["ink", "muted", "good", "bad", "link", "limit"].map(|name| (name.to_owned(), "card", 4.5));
        let lines = (0..7).map(|at| (format!("line-{at}"), "card", 3.0));
        let others = [
            ("ink", "paper"),
            ("muted", "paper"),
            ("good", "good-paper"),
            ("bad", "bad-paper"),
        ];
        let others = others.map(|(name, paper)| (name.to_owned(), paper, 4.5));
        for (name, paper, least) in texts.into_iter().chain(lines).chain(others) {
            let got = contrast(find(&name), find(paper));
            assert!(
                least <= got,
                "{name} on {paper} is {got:.2}, in the look with {:?}",
                all[0]
            );
        }
    }
}

#[test]
fn the_dark_look_is_for_screens_alone_and_follows_the_system_at_first() {
    let page = super::page(&crate::report::fixture::web_tier(), &super::origin());
    let begin = "<style id=\"dark\" media=\"screen and (prefers-color-scheme: dark)\">";
    assert_eq!(super::within(&page, begin, "</style>").trim(), DARK.trim());
    assert_eq!(
        page.matches("#12171c").count(),
        1,
        "the palette stands there once"
    );
}
