//! Paints a scene with plotters, three times as large as the picture in each direction, and then averages it down.
//!
//! The size is what makes edges smooth: plotters places everything on whole pixels and smooths few of its edges.
//! Four things are worked around, as of plotters 0.3.7: its drawing area moves corners outside to the nearest edge,
//! which bends shapes, so that here the backend is asked directly; it clips nothing; it turns a wide path into one
//! outline, which crosses itself at sharp corners and is then filled with holes, so that here every stretch of a line
//! is an outline of its own; and it sets the letters of a text without their side bearings, so that here each letter is
//! a text.

use plotters::{
    backend::{BitMapBackend, DrawingBackend},
    style::{Color as _, RGBAColor, RGBColor},
};

use super::{
    outline::{capsule, clipped, dashes},
    pixels::Pixels,
    scene::{Item, Point, Rect, Scene, Stroke, Type},
    style::Color,
};

/// Pixels for one unit of the layout.
pub(super) const SCALE: f64 = 2.0;
/// Painted pixels for one of the picture, in each direction.
const FINE: usize = 3;
/// Painted pixels for one unit of the layout.
const FINE_SCALE: f64 = SCALE * FINE as f64;
/// Rows of the picture that are painted at a time, so that a tall one takes no more memory.
const BAND_ROWS: usize = 192;

/// Where a backend may fail: on files, which are not used, and on fonts, which are registered.
const CANNOT_FAIL: &str = "painting into memory with a registered font cannot fail";

/// Paints every item of the scene, in order, on white.
pub(super) fn paint(scene: &Scene) -> Pixels {
    let width = (scene.width * SCALE).round() as usize;
    let height = (scene.height * SCALE).round() as usize;
    let mut pixels = Pixels::with_capacity(width, height);
    let mut fine = Vec::new();
    for top in (0..height).step_by(BAND_ROWS) {
        let rows = BAND_ROWS.min(height - top);
        fine.clear();
        fine.resize(width * rows * 3 * FINE * FINE, 0xff);
        let size = ((width * FINE) as u32, (rows * FINE) as u32);
        let mut band = Band {
            canvas: BitMapBackend::with_buffer(&mut fine, size),
            top: (top * FINE) as i32,
            around: Rect {
                top: top as f64 / SCALE,
                bottom: (top + rows) as f64 / SCALE,
                ..scene.frame()
            }
            .grown(4.0),
        };
        for item in &scene.items {
            band.paint(item);
        }
        drop(band);
        pixels.push_averaged(&fine, FINE);
    }
    pixels
}

/// A few rows of the picture while they are painted.
struct Band<'a> {
    canvas: BitMapBackend<'a>,
    /// The painted row of the whole picture that comes first.
    top: i32,
    /// What of the scene is painted, with so much around it that its cut edges are not seen.
    around: Rect,
}

impl Band<'_> {
    fn paint(&mut self, item: &Item) {
        match item {
            Item::Area {
                outline,
                color,
                opacity,
                clip,
            } => self.fill(outline, rgb(*color).mix(*opacity), *clip),
            Item::Rect { rect, color, opacity } => self.fill_rect(*rect, rgb(*color).mix(*opacity)),
            Item::Line { points, stroke, clip } => self.stroke(points, *stroke, *clip),
            Item::Text { text, start, style } => self.write(text, *start, *style),
            Item::Tip { .. } => {}
        }
    }

    fn fill(&mut self, outline: &[Point], color: RGBAColor, clip: Rect) {
        let outline = clipped(outline, clip.common(self.around));
        if !outline.is_empty() {
            // A corner goes to the pixel it lies in.
            let corners: Vec<_> = outline.into_iter().map(|p| self.pixel(p, f64::floor)).collect();
            self.canvas.fill_polygon(corners, &color).expect(CANNOT_FAIL);
        }
    }

    /// Unlike an outline, a rectangle covers exactly the pixels it should.
    fn fill_rect(&mut self, rect: Rect, color: RGBAColor) {
        let rect = rect.common(self.around);
        if rect.left < rect.right && rect.top < rect.bottom {
            let corners = [(rect.left, rect.top), (rect.right, rect.bottom)];
            let [from, to] = corners.map(|p| self.pixel(p, f64::round));
            self.canvas.draw_rect(from, to, &color, true).expect(CANNOT_FAIL);
        }
    }

    /// Draws a line with round ends and corners. Lines are opaque, so it does not matter that stretches overlap.
    fn stroke(&mut self, points: &[Point], stroke: Stroke, clip: Rect) {
        // The outline of a polygon is painted too, and adds half a pixel on either side.
        let radius = (stroke.width - 1.0 / FINE_SCALE) / 2.0;
        for dash in dashes(points, stroke.dash) {
            for ends in dash.windows(2) {
                let (upper, lower) = (ends[0].1.min(ends[1].1), ends[0].1.max(ends[1].1));
                if self.around.top < lower + radius && upper - radius < self.around.bottom {
                    self.fill(
                        &capsule(ends[0], ends[1], radius),
                        rgb(stroke.color).mix(1.0),
                        clip,
                    );
                }
            }
        }
    }

    fn write(&mut self, text: &str, start: Point, style: Type) {
        if start.1 + style.size < self.around.top || self.around.bottom < start.1 - style.size {
            return;
        }
        let font = style.weight.plotters(style.size * FINE_SCALE);
        let set = font.color(&rgb(style.color));
        let mut buffer = [0; 4];
        for (letter, x) in style.weight.pens(text, style.size) {
            if let Some(bitmap) = style.weight.bitmap(letter, &font) {
                let (pen, baseline) = self.pixel((start.0 + x, start.1), f64::round);
                let place = (pen + bitmap.x, baseline + bitmap.y - bitmap.drop);
                let letter = letter.encode_utf8(&mut buffer);
                self.canvas.draw_text(letter, &set, place).expect(CANNOT_FAIL);
            }
        }
    }

    /// Returns the painted pixel of a place in the layout.
    fn pixel(&self, place: Point, whole: fn(f64) -> f64) -> (i32, i32) {
        let (x, y) = (whole(place.0 * FINE_SCALE), whole(place.1 * FINE_SCALE));
        (x as i32, y as i32 - self.top)
    }
}

fn rgb(color: Color) -> RGBColor {
    RGBColor(color.0, color.1, color.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::{
        font::{CAP_HEIGHT, Weight},
        scene::Align,
    };

    const INK: Color = Color(0, 0, 0);
    const ALL: Rect = Rect {
        left: 0.0,
        top: 0.0,
        right: 20.0,
        bottom: 10.0,
    };

    /// The darkness of each pixel of a small picture, from 0 to 1.
    fn darkness(height: f64, draw: impl FnOnce(&mut Scene)) -> Vec<f64> {
        let mut scene = Scene::new(20.0, height);
        draw(&mut scene);
        let dark = |pixel: &[u8]| f64::from(0xff - pixel[1]) / 255.0;
        paint(&scene).rgb().chunks_exact(3).map(dark).collect()
    }

    /// The darkness of all pixels together, in units of one black pixel.
    fn ink(draw: impl FnOnce(&mut Scene)) -> f64 {
        darkness(10.0, draw).iter().sum()
    }

    #[test]
    fn areas_cover_as_many_pixels_as_they_are_large_and_no_more_than_the_clip() {
        let square = vec![(2.25, 2.25), (8.25, 2.25), (8.25, 8.25), (2.25, 8.25)];
        let triangle = vec![(-100.0, 10.0), (120.0, 10.0), (10.0, -100.0)];
        let left_half = Rect { right: 5.25, ..ALL };
        let area =
            |outline: &[Point], opacity, clip| ink(|scene| scene.area(outline.to_vec(), INK, opacity, clip));
        // The edge of an outline is painted too: up to a third of a pixel all around.
        for (got, expected, edge) in [
            (area(&square, 1.0, ALL), 144.0, 8.0),
            (area(&square, 0.5, ALL), 72.0, 4.0),
            (area(&square, 1.0, left_half), 72.0, 6.0),
            (area(&triangle, 1.0, ALL), 800.0, 1.0),
        ] {
            assert!((got - expected).abs() < edge, "{got} instead of {expected}");
        }
    }

    #[test]
    fn rectangles_cover_exactly_their_pixels() {
        let rect = Rect {
            left: 2.25,
            top: 2.5,
            right: 8.25,
            bottom: 8.0,
        };
        let got = ink(|scene| scene.rect(rect, INK, 1.0));
        assert!((got - 12.0 * 11.0).abs() < 0.5 * 11.0, "{got}");
        let got = ink(|scene| scene.rect(rect.common(Rect { right: 1.0, ..ALL }), INK, 1.0));
        assert!(got == 0.0, "{got} of nothing");
    }

    #[test]
    fn lines_have_their_width_whatever_their_direction_and_density() {
        let line = |points: Vec<Point>, dash| {
            let stroke = Stroke {
                color: INK,
                width: 2.0,
                dash,
            };
            ink(|scene| scene.line(points, stroke, ALL))
        };
        let dense = (0..=1000).map(|i| (5.0 + f64::from(i) / 100.0, 5.0)).collect();
        for points in [
            vec![(5.0, 5.0), (15.0, 5.0)],
            vec![(10.0, 1.5), (10.0, 8.5)],
            vec![(6.0, 1.0), (12.0, 9.0)],
            dense,
        ] {
            // A width of 2 is 4 pixels, and the round ends add a disc of 4 pixels across.
            let (from, to) = (points[0], points[points.len() - 1]);
            let expected = (to.0 - from.0).hypot(to.1 - from.1) * SCALE * 4.0 + std::f64::consts::PI * 4.0;
            let got = line(points.clone(), &[]);
            assert!((got - expected).abs() < 6.0, "{got} instead of {expected}");
            let dashed = line(points, &[1.0, 4.0]);
            assert!(
                dashed < 0.75 * expected,
                "a dashed line has as much ink: {dashed}"
            );
        }
    }

    /// Side bearings and baselines, also across the edge of a band. The bounds are the font's, in em.
    #[test]
    fn letters_stand_where_they_are_measured() {
        const SIZE: f64 = 24.0;
        let style = Type {
            weight: Weight::Regular,
            size: SIZE,
            color: INK,
        };
        let bounds = [
            ("H", [0.088, -0.727, 0.0]),
            ("o", [0.051, -0.553, 0.011]),
            ("j", [-0.013, -0.75, 0.205]),
            ("_", [-0.001, 0.0, 0.078]),
        ];
        for (letter, expected) in bounds {
            for y in [15.0, 96.0, 104.0] {
                let dark = darkness(120.0, |scene| {
                    scene.text(letter, (3.0, y), Align::Left, style);
                });
                let baseline = y + SIZE * CAP_HEIGHT / 2.0;
                let inked = || (0..dark.len()).filter(|&i| 0.3 < dark[i]);
                let rows = || inked().map(|i| (i / 40) as f64 / SCALE - baseline);
                let columns = inked().map(|i| (i % 40) as f64 / SCALE - 3.0);
                let got = [
                    columns.fold(f64::INFINITY, f64::min),
                    rows().fold(f64::INFINITY, f64::min),
                    rows().fold(f64::NEG_INFINITY, f64::max) + 1.0 / SCALE,
                ];
                for (got, expected) in got.into_iter().zip(expected.map(|em| em * SIZE)) {
                    assert!(
                        (got - expected).abs() < 0.5,
                        "{letter} at {y}: {got} instead of {expected}"
                    );
                }
            }
        }
    }
}
