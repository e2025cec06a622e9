//! The embedded typeface: Inter, in two weights. Where it comes from stands in `assets/fonts/README.md`.

use std::sync::{LazyLock, Once};

use ab_glyph::{Font, FontRef, GlyphId, PxScale};
use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// Which of the two embedded fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// Height of capital letters, as a part of the font size; texts are centred by it.
pub(super) const CAP_HEIGHT: f64 = 0.73;
/// What hangs below the baseline (g, p, y) and what rises above it (Å), as parts of the font size.
pub(super) const DESCENT: f64 = 0.22;
pub(super) const ASCENT: f64 = 0.80;

const REGULAR_BYTES: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
const SEMI_BOLD_BYTES: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");

static REGULAR: LazyLock<FontRef<'static>> = LazyLock::new(|| load(REGULAR_BYTES));
static SEMI_BOLD: LazyLock<FontRef<'static>> = LazyLock::new(|| load(SEMI_BOLD_BYTES));

fn load(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded font is a valid font")
}

impl Weight {
    fn font(self) -> &'static FontRef<'static> {
        match self {
            Weight::Regular => &REGULAR,
            Weight::SemiBold => &SEMI_BOLD,
        }
    }

    /// Font units in one em.
    fn units(self) -> f64 {
        f64::from(self.font().units_per_em().unwrap_or(1000.0))
    }

    /// Returns the width of one line of text at this font size.
    pub(super) fn width(self, text: &str, size: f64) -> f64 {
        let units: f64 = printable(text)
            .map(|c| self.advance(self.font().glyph_id(c)))
            .sum();
        units * size / self.units()
    }

    fn advance(self, glyph: GlyphId) -> f64 {
        f64::from(self.font().h_advance_unscaled(glyph))
    }

    /// Returns every character of a text with its distance from the start.
    pub(super) fn pens(self, text: &str, size: f64) -> impl Iterator<Item = (char, f64)> {
        let scale = size / self.units();
        printable(text).scan(0.0, move |x, c| {
            let here = *x;
            *x += self.advance(self.font().glyph_id(c)) * scale;
            Some((c, here))
        })
    }

    /// Returns the font as plotters knows it, for an em of this many pixels.
    pub(super) fn plotters(self, em: f64) -> FontDesc<'static> {
        const FAMILY: &str = "Inter";
        static REGISTERED: Once = Once::new();
        REGISTERED.call_once(|| {
            for (style, bytes) in [
                (FontStyle::Normal, REGULAR_BYTES),
                (FontStyle::Bold, SEMI_BOLD_BYTES),
            ] {
                let registered = register_font(FAMILY, style, bytes).is_ok();
                assert!(registered, "the embedded font is a valid font");
            }
        });
        let style = match self {
            Weight::Regular => FontStyle::Normal,
            Weight::SemiBold => FontStyle::Bold,
        };
        // To plotters a size is the distance from the highest ascender to the lowest descender.
        let height = f64::from(self.font().height_unscaled()) / self.units();
        FontDesc::new(FontFamily::Name(FAMILY), em * height, style)
    }

    /// Returns where plotters draws a character of this font; `None` if there is nothing to see.
    pub(super) fn bitmap(self, c: char, font: &FontDesc<'_>) -> Option<Bitmap> {
        let size = font.get_size() as f32;
        let glyph = self.font().glyph_id(c).with_scale(PxScale::from(size));
        let corner = self.font().outline_glyph(glyph)?.px_bounds().min;
        Some(Bitmap {
            x: corner.x as i32,
            y: corner.y as i32,
            drop: (size / 2.0 + corner.y) as i32,
        })
    }
}

/// Where a character's pixels are.
pub(super) struct Bitmap {
    /// From the pen to the first column.
    pub(super) x: i32,
    /// From the baseline to the first row, negative if that is above it.
    pub(super) y: i32,
    /// From the place given to plotters to the first row.
    pub(super) drop: i32,
}

/// Returns the text, shortened with an ellipsis where it is wider than `room`.
pub(super) fn ellipsize(weight: Weight, text: &str, size: f64, room: f64) -> String {
    // A name of a megabyte need not be measured to its end.
    let text: String = printable(text).take(400).collect();
    if weight.width(&text, size) <= room {
        return text;
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let shortened = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if weight.width(&shortened, size) <= room {
            return shortened;
        }
    }
    String::new()
}

/// Breaks the text at spaces into at most `most` lines no wider than `room`; the last one is shortened if need be.
pub(super) fn wrap(weight: Weight, text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let text: String = printable(text).take(1_000).collect();
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if lines_full(weight, line, word, size, room) => lines.push(word.to_owned()),
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
    }
    if most < lines.len() {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(rest);
    }
    lines
        .iter()
        .map(|line| ellipsize(weight, line, size, room))
        .collect()
}

fn lines_full(weight: Weight, line: &str, word: &str, size: f64, room: f64) -> bool {
    room < weight.width(line, size) + weight.width(" ", size) + weight.width(word, size)
}

/// A line break or another control character would be drawn as an empty box.
fn printable(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().map(|c| if c.is_control() { ' ' } else { c })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_fonts_hold_every_sign_the_charts_use() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            for c in "Az09µ≤≥±≈×·–…ρλ%/→✓×Åßé–′⁻⁰¹²³⁴⁵⁶⁷⁸⁹".chars()
            {
                assert_ne!(weight.font().glyph_id(c), GlyphId(0), "{weight:?} lacks {c}");
            }
        }
    }

    #[test]
    fn long_names_end_in_an_ellipsis_and_fit() {
        let name = "a-very-long-service-name".repeat(20);
        let short = ellipsize(Weight::Regular, &name, 14.0, 120.0);
        assert!(short.ends_with('…') && short.chars().count() > 5, "{short}");
        assert!(Weight::Regular.width(&short, 14.0) <= 120.0);
        assert_eq!(ellipsize(Weight::Regular, "short", 14.0, 120.0), "short");
        assert_eq!(ellipsize(Weight::Regular, "short", 14.0, 1.0), "");
    }

    #[test]
    fn wrapped_lines_fit_and_keep_every_word_there_is_room_for() {
        let text = "one two three four five six seven eight";
        let lines = wrap(Weight::Regular, text, 14.0, 100.0, 9);
        assert!(
            lines.len() > 1
                && lines
                    .iter()
                    .all(|line| Weight::Regular.width(line, 14.0) <= 100.0)
        );
        assert_eq!(lines.join(" "), text);
        let cut = wrap(Weight::Regular, text, 14.0, 100.0, 2);
        assert!(cut.len() == 2 && cut[1].ends_with('…'), "{cut:?}");
    }
}
