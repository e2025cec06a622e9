//! Rows of cells that line up, whatever is in them.

use crate::report::{
    number::is_unit,
    style::{Style, Tone},
};

/// Space between columns.
const GAP: usize = 3;
/// Running text is wrapped at this many characters.
const LINE: usize = 110;

/// One cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) tone: Tone,
    pub(super) to_the_right: bool,
    /// It ends its row and may run on to the right, so it has no say in the width of its column.
    pub(super) runs_on: bool,
}

impl Cell {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
    pub(super) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
            ..Self::default()
        }
    }
    pub(super) fn right(self) -> Self {
        Self {
            to_the_right: true,
            ..self
        }
    }
    pub(super) fn running_on(self) -> Self {
        Self {
            runs_on: true,
            ..self
        }
    }

    fn padded(&self, width: usize, style: Style) -> String {
        let padding = " ".repeat(width.saturating_sub(width_of(&self.text)));
        let text = style.paint(self.tone, &self.text);
        if self.to_the_right {
            padding + &text
        } else {
            text + &padding
        }
    }
}

/// A table of which every row keeps to the same columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// Returns the rows as lines of text; an empty row is an empty line.
    pub(super) fn lines(&self, style: Style) -> Vec<String> {
        let widths = self.widths();
        let line = |row: &Vec<Cell>| {
            let cells = row.iter().zip(&widths);
            // Whoever reads with colours must not find lines padded with coloured nothing.
            let last = row.iter().rposition(|cell| !cell.text.is_empty());
            let cells = cells.take(last.map_or(0, |last| last + 1));
            let texts: Vec<String> = cells.map(|(cell, &width)| cell.padded(width, style)).collect();
            texts.join(&" ".repeat(GAP)).trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }

    /// Returns where each column begins.
    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let fixed = cells.filter(|cell| !cell.runs_on);
            fixed.map(|cell| width_of(&cell.text)).max().unwrap_or(0)
        };
        (0..columns).map(width).collect()
    }

    /// Returns where the second column begins.
    pub(super) fn second_column(&self) -> usize {
        self.widths().first().map_or(0, |width| width + GAP)
    }
}

/// Returns the characters that a text takes up.
pub(super) fn width_of(text: &str) -> usize {
    text.chars().count()
}

/// Returns the text in lines that fit a terminal, the first after `lead` and the others below its end. A number keeps its unit.
pub(super) fn wrapped(lead: &str, text: &str) -> Vec<String> {
    let indent = " ".repeat(width_of(lead));
    let mut lines = vec![lead.to_owned()];
    let mut is_empty = true;
    for word in together(text) {
        let line = lines.last_mut().expect("there is always a last line");
        if is_empty {
            line.push_str(&word);
            is_empty = false;
        } else if width_of(line) + 1 + width_of(&word) <= LINE {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
    }
    lines
}

/// Returns the words of a text, of which a number, its unit and how sure it is are one.
fn together(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_end_matches([',', ';', ':', '.', ')']);
        let behind = |last: &String| {
            let number = last.ends_with(|c: char| c.is_ascii_digit()) && is_unit(bare);
            number || matches!(word, "±" | "×") || last.ends_with(" ±") || last.ends_with(" ×")
        };
        match words.last_mut().filter(|last| behind(last)) {
            Some(last) => {
                last.push(' ');
                last.push_str(word);
            }
            None => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prelude::*, test_runner::RngSeed};

    #[test]
    fn columns_begin_below_each_other_and_lines_end_where_their_text_does() {
        let grid = Grid {
            rows: vec![
                vec![Cell::new("a"), Cell::new("1").right(), Cell::new("x")],
                vec![Cell::new("long"), Cell::new("100 %").right(), Cell::new("")],
                vec![],
                vec![Cell::new("b"), Cell::new("as long as it likes").running_on()],
            ],
        };
        let expected = [
            "a          1   x",
            "long   100 %",
            "",
            "b      as long as it likes",
        ];
        assert_eq!(grid.lines(Style::Plain), expected);
        assert_eq!(grid.second_column(), 7);
    }

    #[test]
    fn colours_take_no_room() {
        let grid = Grid {
            rows: vec![
                vec![Cell::toned("é", Tone::Good), Cell::new("1")],
                vec![Cell::new("abc"), Cell::new("2")],
            ],
        };
        assert_eq!(grid.lines(Style::Ansi), ["\x1b[32mé\x1b[0m     1", "abc   2"]);
    }

    #[test]
    fn long_text_is_wrapped_below_its_beginning() {
        let lines = wrapped("  - ", &"word ".repeat(40));
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(
            lines[0].starts_with("  - word word") && lines[1].starts_with("    word"),
            "{lines:?}"
        );
        assert!(lines.iter().all(|line| width_of(line) <= LINE), "{lines:?}");
        assert_eq!(wrapped("- ", ""), ["- "]);
    }

    #[test]
    fn a_number_is_not_torn_from_its_unit() {
        let text = "it had 29.44 k/s, 3 of 20 ms (15.2 ms ± 0.04) and 4 × 20 min.";
        let expected = [
            "it",
            "had",
            "29.44 k/s,",
            "3",
            "of",
            "20 ms",
            "(15.2 ms ± 0.04)",
            "and",
            "4 × 20 min.",
        ];
        assert_eq!(together(text), expected);
        for room in 0..LINE {
            let lead = " ".repeat(room);
            for line in wrapped(&lead, text) {
                assert!(
                    !line.ends_with(|c: char| c.is_ascii_digit()) || line.ends_with(" 3"),
                    "{line}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(1948), ..ProptestConfig::default()
        })]
        #[test]
        fn every_cell_begins_where_its_column_does(
            texts in prop::collection::vec(prop::collection::vec("[a-zé≈✓%0-9]{1,12}", 3), 1..8),
        ) {
            let row = |texts: &Vec<String>| texts.iter().map(Cell::new).collect::<Vec<Cell>>();
            let grid = Grid { rows: texts.iter().map(row).collect() };
            let widths = grid.widths();
            for (line, texts) in grid.lines(Style::Plain).iter().zip(&texts) {
                let mut start = 0;
                for (text, width) in texts.iter().zip(&widths) {
                    let got: String = line.chars().skip(start).take(width_of(text)).collect();
                    prop_assert_eq!(&got, text);
                    start += width + GAP;
                }
            }
        }
    }
}
