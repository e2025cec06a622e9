//! Colours for numbers: equal steps look equally far apart, darker is always less, and that holds without red and green as well.

use super::style::Color;

/// Source: *viridis* by van der Walt and Smith (2015), which is in the public domain (CC0), at ten equal steps.
const VIRIDIS: [Color; 10] = [
    Color(0x44, 0x01, 0x54),
    Color(0x48, 0x28, 0x78),
    Color(0x3e, 0x4a, 0x89),
    Color(0x31, 0x68, 0x8e),
    Color(0x26, 0x82, 0x8e),
    Color(0x1f, 0x9e, 0x89),
    Color(0x35, 0xb7, 0x79),
    Color(0x6d, 0xcd, 0x59),
    Color(0xb4, 0xde, 0x2c),
    Color(0xfd, 0xe7, 0x25),
];

/// Returns the colour of a part of the whole, from 0 to 1.
pub(super) fn color(part: f64) -> Color {
    let last = VIRIDIS.len() - 1;
    let at = part.clamp(0.0, 1.0) * last as f64;
    let below = (at.floor() as usize).min(last - 1);
    let (one, other) = (VIRIDIS[below], VIRIDIS[below + 1]);
    let way = at - below as f64;
    let between =
        |one: u8, other: u8| (f64::from(one) + way * (f64::from(other) - f64::from(one))).round() as u8;
    Color(
        between(one.0, other.0),
        between(one.1, other.1),
        between(one.2, other.2),
    )
}

/// Returns whether white stands out more on this colour than black does.
pub(super) fn is_dark(color: Color) -> bool {
    // The luminance at which both have the same contrast, by the Web Content Accessibility Guidelines 2.1.
    luminance(color) < 0.179
}

/// Relative luminance by the Web Content Accessibility Guidelines 2.1.
fn luminance(color: Color) -> f64 {
    let [red, green, blue] = linear(color);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn linear(Color(red, green, blue): Color) -> [f64; 3] {
    [red, green, blue].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Oklab (Ottosson 2020): a space in which distances are as large as they look.
    fn oklab(color: Color) -> [f64; 3] {
        const CONES: [[f64; 3]; 3] = [
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ];
        const SEEN: [[f64; 3]; 3] = [
            [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
        ];
        let times = |matrix: [[f64; 3]; 3], of: [f64; 3]| {
            matrix.map(|row| row.iter().zip(of).map(|(one, other)| one * other).sum::<f64>())
        };
        times(SEEN, times(CONES, linear(color)).map(f64::cbrt))
    }

    #[test]
    fn more_is_brighter_and_equal_steps_look_equal() {
        let steps: Vec<[f64; 3]> = (0..=9).map(|at| oklab(color(f64::from(at) / 9.0))).collect();
        let far = |pair: &[[f64; 3]]| {
            let squares = pair[0]
                .iter()
                .zip(&pair[1])
                .map(|(one, other)| (one - other).powi(2));
            squares.sum::<f64>().sqrt()
        };
        assert!(
            steps.is_sorted_by(|one, other| one[0] + 0.03 < other[0]),
            "{steps:?}"
        );
        let apart: Vec<f64> = steps.windows(2).map(far).collect();
        let mean = apart.iter().sum::<f64>() / apart.len() as f64;
        assert!(
            apart.iter().all(|one| (one / mean - 1.0).abs() < 0.2),
            "{apart:?}"
        );
    }

    #[test]
    fn what_is_written_on_a_colour_can_be_read() {
        for at in 0..=100 {
            let color = color(f64::from(at) / 100.0);
            let light = luminance(color);
            let contrast = if is_dark(color) {
                1.05 / (light + 0.05)
            } else {
                (light + 0.05) / 0.05
            };
            assert!(4.5 <= contrast, "{color:?}: {contrast}");
        }
    }
}
