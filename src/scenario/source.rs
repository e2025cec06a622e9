//! The texts that a scenario is read from, laid end to end, so that one number says where something stands.

/// All the texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources(Vec<Source>);

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// What it is called in a message.
    pub name: String,
    /// What it says.
    pub text: String,
    /// Where it begins among all of them.
    pub start: usize,
}

impl Sources {
    /// Adds a text and returns where it begins.
    pub(super) fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> usize {
        // One place is left between two texts, so that the end of one is not the beginning of the next.
        let start = self.0.last().map_or(0, |last| last.start + last.text.len() + 1);
        let (name, text) = (name.into(), text.into());
        self.0.push(Source { name, text, start });
        start
    }

    /// Returns the text in which this place is; `None` when there is no text at all.
    pub(super) fn at(&self, place: usize) -> Option<&Source> {
        self.0.iter().rev().find(|source| source.start <= place)
    }

    /// Returns all texts in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }
}

/// A line of a text, and where on it something stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// What it says, without its end.
    pub text: &'a str,
    /// The bytes of the line that are meant; at most to its end.
    pub marked: std::ops::Range<usize>,
}

impl Line<'_> {
    /// Returns the column at which the mark begins: characters, from 1.
    pub(super) fn column(&self) -> usize {
        self.text[..self.marked.start].chars().count() + 1
    }
}

impl Source {
    /// Returns the line on which `span` begins. A span that ends on a later line is cut at the end of this one.
    pub(super) fn line(&self, span: &std::ops::Range<usize>) -> Line<'_> {
        let text = self.text.as_str();
        let within = |place: usize| floor_boundary(text, place.saturating_sub(self.start).min(text.len()));
        let (start, end) = (within(span.start), within(span.end));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let marked = |place: usize| (place - line_start).min(line.len());
        Line {
            number: text[..line_start].bytes().filter(|&byte| byte == b'\n').count() + 1,
            text: line,
            marked: marked(start)..marked(end.clamp(start, line_end)),
        }
    }
}

/// Steps back to the beginning of the character that this byte belongs to.
fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_the_text_that_holds_it() {
        let mut sources = Sources::default();
        assert!(sources.at(0).is_none());
        let first = sources.add("a", "one\ntwo");
        let second = sources.add("b", "three");
        assert_eq!((first, second), (0, 8));
        let name = |place| sources.at(place).map(|source| source.name.as_str());
        assert_eq!(
            [name(0), name(7), name(8), name(99)],
            [Some("a"), Some("a"), Some("b"), Some("b")]
        );
    }

    #[test]
    fn a_line_is_numbered_from_one_and_a_mark_ends_with_it() {
        let mut sources = Sources::default();
        sources.add("a", "x");
        let start = sources.add("b", "first\r\näh = 1\nthird");
        let source = sources.at(start).unwrap();
        let line = source.line(&(start + 10..start + 99));
        assert_eq!((line.number, line.text, line.column()), (2, "äh = 1", 3));
        assert_eq!(&line.text[line.marked.clone()], " = 1");
        // In the middle of the two bytes of `ä`.
        assert_eq!(source.line(&(start + 8..start + 8)).column(), 1);
    }
}
