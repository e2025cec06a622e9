//! Paints a scene into pixels: everything is anti-aliased by the share of each pixel it covers.

use ab_glyph_rasterizer::{Rasterizer, point};

use super::{
    outline::{clipped, dashes},
    scene::{Item, Point, Rect, Scene, Stroke},
    style::{Color, WHITE},
};

/// Pixels for one unit of the layout.
pub(super) const SCALE: f64 = 2.0;

/// An opaque picture.
pub(super) struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// Paints every item of the scene, in order, on white.
pub(super) fn paint(scene: &Scene) -> Pixels {
    let (width, height) = (
        (scene.width * SCALE).round() as usize,
        (scene.height * SCALE).round() as usize,
    );
    let mut pixels = Pixels {
        width,
        height,
        rgb: vec![0xff; width * height * 3],
    };
    debug_assert_eq!(WHITE, Color(0xff, 0xff, 0xff));
    for item in &scene.items {
        match item {
            Item::Area {
                outline,
                color,
                opacity,
                clip,
            } => {
                let outline = clipped(outline, *clip);
                let ends = outline.iter().skip(1).chain(outline.first());
                let edges: Vec<_> = outline
                    .iter()
                    .zip(ends)
                    .map(|(&from, &to)| (scaled(from), scaled(to)))
                    .collect();
                pixels.fill(&edges, *color, *opacity, *clip);
            }
            Item::Line { points, stroke, clip } => pixels.stroke(points, *stroke, *clip),
            Item::Text { text, start, style } => {
                let frame = scene.frame();
                style
                    .weight
                    .outlines(text, style.size * SCALE, scaled(*start), |edges| {
                        pixels.fill(edges, style.color, 1.0, frame);
                    });
            }
        }
    }
    pixels
}

impl Pixels {
    /// Encodes the picture; the bytes depend on nothing but the pixels.
    pub(super) fn encode(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        // Plain areas and thin lines compress best without a filter, and faster. The level resets it, so it comes last.
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(bytes)
    }

    /// Fills the inside of closed outlines, given by their edges in pixels.
    fn fill(&mut self, edges: &[(Point, Point)], color: Color, opacity: f64, clip: Rect) {
        let corners = edges.iter().map(|edge| edge.0);
        let Some(window) = self.window(corners, 1.0, clip) else {
            return;
        };
        let mut rasterizer = Rasterizer::new(window.width(), window.height());
        let (width, height) = (window.width() as f64, window.height() as f64);
        let local = |p: Point| {
            let (x, y) = (p.0 - window.left as f64, p.1 - window.top as f64);
            point(x.clamp(0.0, width) as f32, y.clamp(0.0, height) as f32)
        };
        for &(from, to) in edges {
            rasterizer.draw_line(local(from), local(to));
        }
        rasterizer.for_each_pixel_2d(|x, y, cover| {
            if 0.0 < cover {
                let cover = f64::from(cover.min(1.0)) * opacity;
                self.blend(window.left + x as usize, window.top + y as usize, color, cover);
            }
        });
    }

    /// Draws a line with round ends and corners. A pixel takes the cover of the nearest segment, so that overlaps at
    /// corners do not add up, however dense the points are.
    fn stroke(&mut self, points: &[Point], stroke: Stroke, clip: Rect) {
        let points: Vec<Point> = points.iter().map(|&p| scaled(p)).collect();
        let radius = stroke.width * SCALE / 2.0;
        let Some(window) = self.window(points.iter().copied(), radius + 1.0, clip) else {
            return;
        };
        let mut mask = vec![0f32; window.width() * window.height()];
        let dash: Vec<f64> = stroke.dash.iter().map(|length| length * SCALE).collect();
        for dash in dashes(&points, &dash) {
            for segment in dash.windows(2) {
                cover_segment(&mut mask, &window, segment[0], segment[1], radius);
            }
        }
        for (index, &cover) in mask.iter().enumerate() {
            if 0.0 < cover {
                let (x, y) = (index % window.width(), index / window.width());
                self.blend(window.left + x, window.top + y, stroke.color, f64::from(cover));
            }
        }
    }

    fn blend(&mut self, x: usize, y: usize, color: Color, cover: f64) {
        let start = (y * self.width + x) * 3;
        for (pixel, part) in self.rgb[start..start + 3]
            .iter_mut()
            .zip([color.0, color.1, color.2])
        {
            let mixed = f64::from(*pixel) + (f64::from(part) - f64::from(*pixel)) * cover;
            *pixel = mixed.round() as u8;
        }
    }

    /// Returns the pixels that `points` and `around` more can touch, within the clip; `None` if there are none.
    fn window(&self, points: impl Iterator<Item = Point>, around: f64, clip: Rect) -> Option<Window> {
        let empty = (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
        let bounds = points.fold(empty, |b, p| {
            (b.0.min(p.0), b.1.min(p.1), b.2.max(p.0), b.3.max(p.1))
        });
        let low = |bound: f64, clip: f64| (bound - around).max(clip * SCALE).max(0.0).floor();
        let high =
            |bound: f64, clip: f64, size: usize| (bound + around).min(clip * SCALE).min(size as f64).ceil();
        let (left, top) = (low(bounds.0, clip.left), low(bounds.1, clip.top));
        let (right, bottom) = (
            high(bounds.2, clip.right, self.width),
            high(bounds.3, clip.bottom, self.height),
        );
        (left < right && top < bottom).then_some(Window {
            left: left as usize,
            top: top as usize,
            right: right as usize,
            bottom: bottom as usize,
        })
    }
}

/// A rectangle of pixels, without its right and bottom edges.
struct Window {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

impl Window {
    fn width(&self) -> usize {
        self.right - self.left
    }
    fn height(&self) -> usize {
        self.bottom - self.top
    }
}

fn scaled(p: Point) -> Point {
    (p.0 * SCALE, p.1 * SCALE)
}

/// Raises the cover of every pixel near the segment to what the segment covers of it.
fn cover_segment(mask: &mut [f32], window: &Window, from: Point, to: Point, radius: f64) {
    let reach = radius + 1.0;
    let clamp = |value: f64, low: usize, high: usize| value.clamp(low as f64, high as f64) as usize;
    let top = clamp((from.1.min(to.1) - reach).floor(), window.top, window.bottom);
    let bottom = clamp((from.1.max(to.1) + reach).ceil(), window.top, window.bottom);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let squared = dx * dx + dy * dy;
    for y in top..bottom {
        let center = y as f64 + 0.5;
        // Of a long segment only the stretch near this row matters.
        let near = |edge: f64| {
            if dy.abs() < 1e-9 {
                0.5
            } else {
                ((edge - from.1) / dy).clamp(0.0, 1.0)
            }
        };
        let (a, b) = if dy.abs() < 1e-9 {
            (0.0, 1.0)
        } else {
            (near(center - reach), near(center + reach))
        };
        let (xa, xb) = (from.0 + a * dx, from.0 + b * dx);
        let left = clamp((xa.min(xb) - reach).floor(), window.left, window.right);
        let right = clamp((xa.max(xb) + reach).ceil(), window.left, window.right);
        for x in left..right {
            let (px, py) = (x as f64 + 0.5 - from.0, center - from.1);
            let along = if squared > 0.0 {
                ((px * dx + py * dy) / squared).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let distance = (px - along * dx).hypot(py - along * dy);
            let cover = (radius + 0.5 - distance).clamp(0.0, 1.0) as f32;
            let pixel = &mut mask[(y - window.top) * window.width() + x - window.left];
            *pixel = pixel.max(cover);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Color = Color(0, 0, 0);
    const ALL: Rect = Rect {
        left: 0.0,
        top: 0.0,
        right: 20.0,
        bottom: 10.0,
    };

    /// The darkness of all pixels together, in units of one black pixel.
    fn ink(draw: impl FnOnce(&mut Scene)) -> f64 {
        let mut scene = Scene::new(20.0, 10.0);
        draw(&mut scene);
        let dark = |&byte: &u8| f64::from(0xff - byte) / 255.0 / 3.0;
        paint(&scene).rgb.iter().map(dark).sum()
    }

    #[test]
    fn areas_cover_as_many_pixels_as_they_are_large_and_no_more_than_the_clip() {
        let square = vec![(2.25, 2.25), (8.25, 2.25), (8.25, 8.25), (2.25, 8.25)];
        let triangle = vec![(-100.0, 10.0), (120.0, 10.0), (10.0, -100.0)];
        let left_half = Rect { right: 5.25, ..ALL };
        assert!((ink(|scene| scene.area(square.clone(), INK, 1.0, ALL)) - 144.0).abs() < 1.0);
        assert!((ink(|scene| scene.area(square.clone(), INK, 0.5, ALL)) - 72.0).abs() < 1.0);
        assert!((ink(|scene| scene.area(square.clone(), INK, 1.0, left_half)) - 72.0).abs() < 1.0);
        assert!((ink(|scene| scene.area(triangle.clone(), INK, 1.0, ALL)) - 800.0).abs() < 1.0);
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
        // A length of 10 is 20 pixels, 4 wide, and the round ends add a disc of 4 pixels across.
        let expected = 20.0 * 4.0 + std::f64::consts::PI * 4.0;
        let dense = (0..=1000).map(|i| (5.0 + f64::from(i) / 100.0, 5.0)).collect();
        for points in [
            vec![(5.0, 5.0), (15.0, 5.0)],
            vec![(6.0, 1.0), (12.0, 9.0)],
            dense,
        ] {
            let got = line(points.clone(), &[]);
            assert!((got - expected).abs() < 3.0, "{got} instead of {expected}");
            let dashed = line(points, &[1.0, 4.0]);
            assert!(
                dashed < 0.75 * expected,
                "a dashed line has as much ink: {dashed}"
            );
        }
    }
}
