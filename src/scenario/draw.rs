//! How a problem looks: what is wrong, the line where it stands with a mark under it, and the way out.
//!
//! Drawn by hand, and not by one of the crates for diagnostics (miette, ariadne, annotate-snippets): one mistake often
//! has several places, some in the file and some in what `--set` changes, which is a source of its own; all of them
//! belong under one message in the order of the file, and a text of unknown origin must not reach the terminal as it
//! is. Wrapping a crate to that end would take more code than the picture itself.
//!
//! Any text can stand in a scenario, so what is shown of it is made harmless first: control characters are replaced,
//! and of a very long line only the part around the mark is shown.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use super::source::{Line, Sources};
use crate::config::{Label, Problem, Severity};

/// Columns of a line that are shown.
const WIDTH: usize = 120;
/// Columns that are shown before the mark, of a line that is too long.
const LEAD: usize = 40;
/// Characters of a message that are shown.
const MESSAGE: usize = 600;

const BOLD_RED: &str = "\u{1b}[1;31m";
const BOLD_YELLOW: &str = "\u{1b}[1;33m";
const CYAN: &str = "\u{1b}[36m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// Draws one problem; every line ends with a line feed.
pub(super) fn draw(problem: &Problem, sources: &Sources, color: bool) -> String {
    let paint = |style: &str, text: &str| {
        if color {
            format!("{style}{text}{RESET}")
        } else {
            text.to_owned()
        }
    };
    let (kind, style) = match problem.severity {
        Severity::Error => ("error:", BOLD_RED),
        Severity::Warning => ("warning:", BOLD_YELLOW),
    };
    let mut text = format!("{} {}\n", paint(style, kind), harmless(&problem.message));
    let mut places: Vec<(&str, Line<'_>, &Label)> = problem
        .labels
        .iter()
        .filter_map(|label| {
            let source = sources.at(label.span.start)?;
            Some((source.name.as_str(), source.line(&label.span), label))
        })
        .collect();
    places.sort_by_key(|(_, _, label)| label.span.start);
    let gutter = places
        .iter()
        .map(|(_, line, _)| digits(line.number))
        .max()
        .unwrap_or(0);
    let mut shown: Option<(&str, usize)> = None;
    for (name, line, label) in &places {
        if shown.is_none_or(|(last, _)| last != *name) {
            let corner = if shown.is_none() { "╭" } else { "├" };
            let place = format!("{}:{}:{}", harmless(name), line.number, line.column());
            let _ = writeln!(text, "{:gutter$} {corner}─[{}]", "", paint(CYAN, &place));
        }
        let window = Window::around(line);
        if shown != Some((name, line.number)) {
            let number = paint(DIM, &format!("{:>gutter$} │", line.number));
            text += format!("{number} {}", window.text).trim_end();
            text.push('\n');
        }
        shown = Some((name, line.number));
        for row in window.marks(&label.text) {
            let _ = writeln!(text, "{:gutter$} · {}", "", paint(style, &row));
        }
    }
    if shown.is_some() {
        let _ = writeln!(text, "{:gutter$} ╰────", "");
    }
    if let Some(help) = &problem.help {
        let _ = writeln!(text, "{} {}", paint(CYAN, "help:"), harmless(help));
    }
    text
}

/// The part of a line that is shown, and the columns of it that are marked.
struct Window {
    text: String,
    start: usize,
    width: usize,
}

impl Window {
    fn around(line: &Line<'_>) -> Self {
        let columns = |text: &str| text.chars().map(|c| shown(c).1).sum::<usize>();
        let before = columns(&line.text[..line.marked.start]);
        let too_long = WIDTH < columns(line.text);
        let skipped = if too_long { before.saturating_sub(LEAD) } else { 0 };
        let (mut text, mut start, mut width, mut column) = (String::new(), 0, 0, 0);
        if 0 < skipped {
            text.push('…');
            start = 1;
        }
        for (at, c) in line.text.char_indices() {
            let (looks, wide) = shown(c);
            column += wide;
            if column <= skipped {
                continue;
            }
            if skipped + WIDTH < column {
                text.push('…');
                break;
            }
            text += &looks;
            if at < line.marked.start {
                start += wide;
            } else if line.marked.contains(&at) {
                width += wide;
            }
        }
        Self {
            text,
            start,
            width: width.max(1),
        }
    }

    /// Returns the rows under the line: the mark, and what is said of it.
    fn marks(&self, label: &str) -> Vec<String> {
        let indent = " ".repeat(self.start);
        if label.is_empty() || label == "here" {
            return vec![format!("{indent}{}", "─".repeat(self.width))];
        }
        let middle = (self.width - 1) / 2;
        let (left, right) = ("─".repeat(middle), "─".repeat(self.width - 1 - middle));
        vec![
            format!("{indent}{left}┬{right}"),
            format!("{indent}{}╰── {}", " ".repeat(middle), harmless(label)),
        ]
    }
}

/// What a character looks like and how many columns it takes.
fn shown(c: char) -> (String, usize) {
    match (c, c.width()) {
        ('\t', _) => (" ".repeat(4), 4),
        (_, Some(width)) if !is_invisible(c) => (c.to_string(), width),
        _ => ("\u{fffd}".to_owned(), 1),
    }
}

/// Whether a character changes the direction of text or joins what follows; it could make a line look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn harmless(text: &str) -> String {
    let mut clean: String = text.chars().take(MESSAGE).map(|c| shown(c).0).collect();
    if text.chars().nth(MESSAGE).is_some() {
        clean.push('…');
    }
    clean
}

fn digits(number: usize) -> usize {
    number.to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(labels: &[(std::ops::Range<usize>, &str)]) -> Problem {
        let label = |(span, text): &(std::ops::Range<usize>, &str)| Label {
            span: span.clone(),
            text: (*text).to_owned(),
        };
        Problem {
            severity: Severity::Error,
            message: "too little".to_owned(),
            labels: labels.iter().map(label).collect(),
            help: Some("add more".to_owned()),
        }
    }

    #[test]
    fn a_mark_without_words_is_a_line() {
        let mut sources = Sources::default();
        sources.add("a.toml", "x = 1\nyy = 2\n");
        insta::assert_snapshot!(draw(&problem(&[(6..8, "here")]), &sources, false), @r"
        error: too little
          ╭─[a.toml:2:1]
        2 │ yy = 2
          · ──
          ╰────
        help: add more
        ");
    }

    #[test]
    fn marks_far_apart_share_a_box_and_each_text_has_its_name() {
        let mut sources = Sources::default();
        sources.add("a.toml", format!("rate = 9\n{}servers = 8\n", "\n".repeat(9)));
        let start = sources.add("--set run.x", "run.x=1");
        let labels = [
            (start + 6..start + 7, "and this"),
            (7..8, "that"),
            (28..29, "those"),
        ];
        insta::assert_snapshot!(draw(&problem(&labels), &sources, false), @r"
        error: too little
           ╭─[a.toml:1:8]
         1 │ rate = 9
           ·        ┬
           ·        ╰── that
        11 │ servers = 8
           ·           ┬
           ·           ╰── those
           ├─[--set run.x:1:7]
         1 │ run.x=1
           ·       ┬
           ·       ╰── and this
           ╰────
        help: add more
        ");
    }

    #[test]
    fn long_lines_are_cut_and_control_characters_are_replaced() {
        let mut sources = Sources::default();
        let text = format!("{}\u{1b}[2J\tBAD{}", "a".repeat(500), "b".repeat(500));
        let at = text.find("BAD").unwrap();
        sources.add("a\u{7}.toml", &*text);
        let drawn = draw(&problem(&[(at..at + 3, "this")]), &sources, false);
        assert!(!drawn.contains('\u{1b}') && !drawn.contains('\u{7}'), "{drawn:?}");
        assert!(
            drawn.lines().all(|line| line.chars().count() < WIDTH + 10),
            "{drawn}"
        );
        assert!(drawn.contains("[2J    BADbbb"), "{drawn}");
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let mut sources = Sources::default();
        sources.add("a.toml", "x = 1\n");
        let plain = draw(&problem(&[(0..1, "this")]), &sources, false);
        let mut colored = draw(&problem(&[(0..1, "this")]), &sources, true);
        assert!(colored.contains(BOLD_RED));
        for code in [BOLD_RED, BOLD_YELLOW, CYAN, DIM, RESET] {
            colored = colored.replace(code, "");
        }
        assert_eq!(colored, plain);
    }
}
