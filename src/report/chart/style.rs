//! Colours, dashes, markers and sizes: everything about the look that is not geometry.

/// Red, green and blue, from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Color(pub(super) u8, pub(super) u8, pub(super) u8);

/// Stands on colours, which are the same on dark paper; ink is not.
pub(super) const BLACK: Color = Color(0, 0, 0);
pub(super) const WHITE: Color = Color(0xff, 0xff, 0xff);
pub(super) const INK: Color = Color(0x1b, 0x24, 0x2d);
pub(super) const MUTED: Color = Color(0x5a, 0x66, 0x72);
pub(super) const GRID: Color = Color(0xe4, 0xe8, 0xec);
pub(super) const GRID_MINOR: Color = Color(0xf3, 0xf5, 0xf7);
pub(super) const AXIS: Color = Color(0x9a, 0xa5, 0xb1);
/// Limits and what lies beyond them.
pub(super) const LIMIT: Color = Color(0x8f, 0x1d, 0x3f);
/// Spans of time in which something is different.
pub(super) const SHADE: Color = Color(0x6b, 0x77, 0x85);

/// Font sizes, in the units of the layout.
pub(super) const TITLE: f64 = 21.0;
pub(super) const TEXT: f64 = 14.0;
pub(super) const SMALL: f64 = 13.0;

/// Width of every picture in units of the layout; one unit is two pixels.
pub(super) const WIDTH: f64 = 960.0;
/// Space around everything.
pub(super) const MARGIN: f64 = 26.0;

/// Okabe and Ito (2008) without the yellow, which vanishes on white.
const PALETTE: [Color; 7] = [
    Color(0x00, 0x72, 0xb2),
    Color(0xd5, 0x5e, 0x00),
    Color(0x00, 0x9e, 0x73),
    Color(0xcc, 0x79, 0xa7),
    Color(0x56, 0xb4, 0xe9),
    Color(0xe6, 0x9f, 0x00),
    Color(0x30, 0x30, 0x30),
];
/// Lengths drawn and left out in turn; theory has its own dash.
const DASHES: [&[f64]; 4] = [&[], &[9.0, 3.0], &[2.5, 3.0], &[9.0, 3.0, 2.5, 3.0]];
/// The dash of every theoretical curve.
pub(super) const THEORY_DASH: &[f64] = &[6.0, 4.0];
/// The dash of every objective.
pub(super) const LIMIT_DASH: &[f64] = &[3.0, 3.0];

/// The shape of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Circle,
    Diamond,
    Triangle,
    Square,
}

/// Returns the colour of the series with this index.
pub(super) fn color(index: usize) -> Color {
    PALETTE[index % PALETTE.len()]
}

/// Returns the dash of the series with this index: neighbours differ without colour too, and with it the first 28 do.
pub(super) fn dash(index: usize) -> &'static [f64] {
    DASHES[index % DASHES.len()]
}

/// Returns the marker of the series with this index.
pub(super) fn marker(index: usize) -> Marker {
    [Marker::Circle, Marker::Diamond, Marker::Triangle, Marker::Square][index % 4]
}

impl Color {
    /// Returns a darker shade, in which text of this colour is readable on white.
    pub(super) fn deep(self) -> Self {
        // Luminance by ITU-R BT.601; bright colours are darkened more.
        let light = (299 * u32::from(self.0) + 587 * u32::from(self.1) + 114 * u32::from(self.2)) / 1000;
        self.shade(if light > 130 { 62 } else { 85 })
    }

    /// Returns a shade so dark that a thin line of it is seen on a thick one of this colour.
    pub(super) fn dark(self) -> Self {
        self.shade(35)
    }

    fn shade(self, percent: u32) -> Self {
        let darken = |part: u8| (u32::from(part) * percent / 100) as u8;
        Self(darken(self.0), darken(self.1), darken(self.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_five_series_all_look_different() {
        let looks: Vec<_> = (0..25).map(|i| (color(i), dash(i))).collect();
        for (i, look) in looks.iter().enumerate() {
            assert!(!looks[..i].contains(look), "series {i} looks like an earlier one");
        }
        assert_ne!(dash(0), dash(1), "neighbours differ without colour too");
    }
}
