//! What a picture consists of, before it is painted: areas, lines and texts in units of the layout, in drawing order.
//!
//! Every text leaves its box behind, so that tests can check that none overlaps another or leaves the picture.

use super::{
    ChartError,
    font::{ASCENT, CAP_HEIGHT, DESCENT, Weight, ellipsize},
    paint::paint,
    style::{Color, Marker},
};

/// A place in the picture: to the right and down from its upper left corner.
pub(super) type Point = (f64, f64);

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Rect {
    pub(super) fn width(self) -> f64 {
        self.right - self.left
    }
    pub(super) fn height(self) -> f64 {
        self.bottom - self.top
    }
    pub(super) fn middle(self) -> Point {
        (
            f64::midpoint(self.left, self.right),
            f64::midpoint(self.top, self.bottom),
        )
    }
    pub(super) fn contains(self, other: Rect) -> bool {
        self.left <= other.left
            && other.right <= self.right
            && self.top <= other.top
            && other.bottom <= self.bottom
    }
    pub(super) fn overlaps(self, other: Rect) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
    pub(super) fn grown(self, by: f64) -> Rect {
        Rect {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }
    pub(super) fn around((x, y): Point, by: f64) -> Rect {
        Rect {
            left: x,
            top: y,
            right: x,
            bottom: y,
        }
        .grown(by)
    }
    /// Returns the part that both have; its sides are the wrong way round where they have none.
    pub(super) fn common(self, other: Rect) -> Rect {
        Rect {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) color: Color,
    pub(super) width: f64,
    pub(super) dash: &'static [f64],
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub(super) weight: Weight,
    pub(super) size: f64,
    pub(super) color: Color,
}

impl Type {
    /// Returns the size of one line of text: its width, and its height with everything that hangs out.
    pub(super) fn size_of(self, text: &str) -> (f64, f64) {
        (self.weight.width(text, self.size), self.size * (ASCENT + DESCENT))
    }
}

/// Which part of a text its place refers to, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

pub(super) enum Item {
    Area {
        outline: Vec<Point>,
        color: Color,
        opacity: f64,
        clip: Rect,
    },
    Rect {
        rect: Rect,
        color: Color,
        opacity: f64,
    },
    Line {
        points: Vec<Point>,
        stroke: Stroke,
        clip: Rect,
    },
    Text {
        text: String,
        start: Point,
        style: Type,
    },
    /// What a place says when someone points at it, where that is possible.
    Tip {
        rect: Rect,
        text: String,
    },
}

pub(super) struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) items: Vec<Item>,
    text_boxes: Vec<(Rect, String)>,
}

impl Scene {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            items: Vec::new(),
            text_boxes: Vec::new(),
        }
    }

    /// Paints the scene and encodes it as PNG.
    pub(super) fn encode(&self) -> Result<Vec<u8>, ChartError> {
        Ok(paint(self).encode()?)
    }

    /// The whole picture.
    pub(super) fn frame(&self) -> Rect {
        Rect {
            left: 0.0,
            top: 0.0,
            right: self.width,
            bottom: self.height,
        }
    }

    pub(super) fn line(&mut self, points: Vec<Point>, stroke: Stroke, clip: Rect) {
        self.items.push(Item::Line { points, stroke, clip });
    }

    pub(super) fn rule(&mut self, from: Point, to: Point, color: Color, width: f64) {
        self.line(
            vec![from, to],
            Stroke {
                color,
                width,
                dash: &[],
            },
            self.frame(),
        );
    }

    pub(super) fn area(&mut self, outline: Vec<Point>, color: Color, opacity: f64, clip: Rect) {
        self.items.push(Item::Area {
            outline,
            color,
            opacity,
            clip,
        });
    }

    pub(super) fn rect(&mut self, rect: Rect, color: Color, opacity: f64) {
        self.items.push(Item::Rect { rect, color, opacity });
    }

    /// Draws the edge of a rectangle.
    pub(super) fn frame_of(&mut self, rect: Rect, color: Color) {
        let corners = [
            (rect.left, rect.top),
            (rect.right, rect.top),
            (rect.right, rect.bottom),
            (rect.left, rect.bottom),
        ];
        for (at, &from) in corners.iter().enumerate() {
            self.rule(from, corners[(at + 1) % 4], color, 1.0);
        }
    }

    /// Fills a rectangle with slanting lines: there is nothing that a colour could tell.
    pub(super) fn hatch(&mut self, rect: Rect) {
        const APART: f64 = 7.0;
        // Counted from the corner of the picture, so that those of neighbours go on in one another.
        let first = ((rect.left + rect.top) / APART).ceil() as i32;
        let last = ((rect.right + rect.bottom) / APART).floor() as i32;
        for sum in (first..=last).map(|at| f64::from(at) * APART) {
            let left = rect.left.max(sum - rect.bottom);
            let right = rect.right.min(sum - rect.top);
            self.rule((left, sum - left), (right, sum - right), super::style::AXIS, 1.0);
        }
    }

    /// Makes a place say something to whoever points at it.
    pub(super) fn tip(&mut self, rect: Rect, text: &str) {
        self.items.push(Item::Tip {
            rect,
            text: text.to_owned(),
        });
    }

    /// Draws a point: filled, with a thin white edge that lifts it off the lines it sits on.
    pub(super) fn marker(&mut self, at: Point, shape: Marker, radius: f64, color: Color) {
        self.area(
            shape.outline(at, radius + 1.5),
            super::style::WHITE,
            1.0,
            self.frame(),
        );
        self.area(shape.outline(at, radius), color, 1.0, self.frame());
    }

    /// Sets one line of text, its capitals centred on the height of `at`, and returns its box.
    pub(super) fn text(&mut self, text: &str, at: Point, align: Align, style: Type) -> Rect {
        let (width, height) = style.size_of(text);
        let left = at.0
            - match align {
                Align::Left => 0.0,
                Align::Center => width / 2.0,
                Align::Right => width,
            };
        let baseline = at.1 + style.size * CAP_HEIGHT / 2.0;
        let top = baseline - style.size * ASCENT;
        let rect = Rect {
            left,
            top,
            right: left + width,
            bottom: top + height,
        };
        if !text.is_empty() {
            self.items.push(Item::Text {
                text: text.to_owned(),
                start: (left, baseline),
                style,
            });
            self.text_boxes.push((rect, text.to_owned()));
        }
        rect
    }

    /// Sets a text into a box of its size.
    pub(super) fn text_in(&mut self, text: &str, rect: Rect, style: Type) {
        let middle = rect.top + style.size * (ASCENT - CAP_HEIGHT / 2.0);
        self.text(text, (rect.left, middle), Align::Left, style);
    }

    /// Like `text`, shortened where it is wider than `room`.
    pub(super) fn text_within(
        &mut self,
        text: &str,
        at: Point,
        align: Align,
        style: Type,
        room: f64,
    ) -> Rect {
        let text = ellipsize(style.weight, text, style.size, room);
        self.text(&text, at, align, style)
    }

    /// Returns the box of every text in the picture, with the text.
    #[cfg(test)]
    pub(super) fn text_boxes(&self) -> &[(Rect, String)] {
        &self.text_boxes
    }
}

impl Marker {
    fn outline(self, (x, y): Point, radius: f64) -> Vec<Point> {
        // Shapes of equal area look equally large.
        let (corners, turn, radius) = match self {
            Marker::Circle => (24, 0.0, radius),
            Marker::Diamond => (4, 0.0, radius * 1.25),
            Marker::Triangle => (3, -std::f64::consts::FRAC_PI_2, radius * 1.4),
            Marker::Square => (4, std::f64::consts::FRAC_PI_4, radius * 1.2),
        };
        let angle = |i: u32| turn + f64::from(i) / f64::from(corners) * std::f64::consts::TAU;
        (0..corners)
            .map(|i| (x + radius * angle(i).cos(), y + radius * angle(i).sin()))
            .collect()
    }
}
