//! Bold headings and coloured marks, or none: whoever prints decides.

/// Whether a text may carry colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Nothing but the text, for files, pipes and `NO_COLOR`.
    Plain,
    /// With escape sequences of ECMA-48 (1991), which terminals understand.
    Ansi,
}

/// What a piece of text is, and so how it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    #[default]
    Normal,
    Heading,
    Good,
    Bad,
    Faint,
}

impl Tone {
    /// Returns what it is called in the style sheet of a page.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Normal | Self::Heading => "",
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Faint => "faint",
        }
    }
}

impl Style {
    /// Returns the text as it is to be printed; padding goes around it, because escapes take no room.
    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Normal => return text.to_owned(),
            Tone::Heading => "1",
            Tone::Good => "32",
            Tone::Bad => "31",
            Tone::Faint => "2",
        };
        match self {
            Self::Plain => text.to_owned(),
            Self::Ansi => format!("\x1b[{code}m{text}\x1b[0m"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ansi_style_adds_anything() {
        assert_eq!(Style::Plain.paint(Tone::Bad, "✗"), "✗");
        assert_eq!(Style::Ansi.paint(Tone::Bad, "✗"), "\x1b[31m✗\x1b[0m");
        assert_eq!(Style::Ansi.paint(Tone::Normal, "x"), "x");
    }
}
