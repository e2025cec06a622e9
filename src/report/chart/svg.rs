//! Writes a scene as SVG that stands within a page and takes on the colours of its look.
//!
//! What is ink on white paper is whatever ink is on the page; colours that mean a number stay what they are. Texts are as wide as
//! they were measured, whatever typeface the page has.

use std::fmt::Write;

use super::{
    font::Weight,
    outline::clipped,
    scene::{Item, Point, Rect, Scene, Stroke},
    style::{AXIS, Color, GRID, GRID_MINOR, INK, LIMIT, MUTED},
};

/// Colours of pictures that a page has colours of its own for.
const THEMED: [(Color, &str); 6] = [
    (INK, "var(--ink)"),
    (MUTED, "var(--muted)"),
    (GRID, "var(--grid)"),
    (GRID_MINOR, "var(--grid)"),
    (AXIS, "var(--edge)"),
    (LIMIT, "var(--limit)"),
];

/// Returns the picture; its description is for those who do not see it.
pub(super) fn svg(scene: &Scene, description: &str) -> String {
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
        number(scene.width),
        number(scene.height),
        escape(description)
    );
    for item in &scene.items {
        write_item(&mut svg, item);
        svg.push('\n');
    }
    svg + "</svg>\n"
}

fn write_item(svg: &mut String, item: &Item) {
    // Writing into a text cannot fail.
    let _ = match item {
        Item::Area {
            outline,
            color,
            opacity,
            clip,
        } => write!(
            svg,
            "<polygon points=\"{}\" style=\"fill:{}\" fill-opacity=\"{opacity}\"/>",
            points(&clipped(outline, *clip)),
            paint(*color)
        ),
        Item::Rect { rect, color, opacity } => write!(
            svg,
            "<rect {} style=\"fill:{}\" fill-opacity=\"{opacity}\" shape-rendering=\"crispEdges\"/>",
            place(*rect),
            paint(*color)
        ),
        Item::Line {
            points: line,
            stroke,
            clip,
        } => write_line(svg, line, *stroke, *clip),
        Item::Text { text, start, style } => write!(
            svg,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" font-weight=\"{}\" textLength=\"{}\" \
             lengthAdjust=\"spacingAndGlyphs\" style=\"fill:{}\">{}</text>",
            number(start.0),
            number(start.1),
            number(style.size),
            if style.weight == Weight::SemiBold {
                600
            } else {
                400
            },
            number(style.size_of(text).0),
            paint(style.color),
            escape(text)
        ),
        Item::Tip { rect, text } => write!(
            svg,
            "<rect {} fill=\"none\" pointer-events=\"all\"><title>{}</title></rect>",
            place(*rect),
            escape(text)
        ),
    };
}

/// A line; what lies outside of its clip is cut off by a picture within the picture.
fn write_line(svg: &mut String, line: &[Point], stroke: Stroke, clip: Rect) -> std::fmt::Result {
    let dash: Vec<String> = stroke.dash.iter().map(|part| number(*part)).collect();
    let drawn = format!(
        "<polyline points=\"{}\" fill=\"none\" style=\"stroke:{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{}/>",
        points(line),
        paint(stroke.color),
        number(stroke.width),
        if dash.is_empty() {
            String::new()
        } else {
            format!(" stroke-dasharray=\"{}\"", dash.join(" "))
        }
    );
    if line.iter().all(|&at| clip.contains(Rect::around(at, 0.0))) {
        return svg.write_str(&drawn);
    }
    write!(
        svg,
        "<svg {} viewBox=\"{} {} {} {}\">{drawn}</svg>",
        place(clip),
        number(clip.left),
        number(clip.top),
        number(clip.width()),
        number(clip.height())
    )
}

fn paint(color: Color) -> String {
    let themed = THEMED.iter().find(|(known, _)| *known == color);
    themed.map_or_else(
        || format!("#{:02x}{:02x}{:02x}", color.0, color.1, color.2),
        |(_, name)| (*name).to_owned(),
    )
}

fn place(rect: Rect) -> String {
    format!(
        "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
        number(rect.left),
        number(rect.top),
        number(rect.width().max(0.0)),
        number(rect.height().max(0.0))
    )
}

fn points(points: &[Point]) -> String {
    let pair = |(x, y): &Point| format!("{},{}", number(*x), number(*y));
    points.iter().map(pair).collect::<Vec<_>>().join(" ")
}

/// A tenth of a unit is less than anyone sees.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace(|c: char| c.is_control(), "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::{
        scene::{Align, Type},
        style::WHITE,
    };

    #[test]
    fn inks_are_those_of_the_page_and_texts_stay_in_their_place() {
        let mut scene = Scene::new(100.0, 50.0);
        let kind = Type {
            weight: Weight::Regular,
            size: 13.0,
            color: INK,
        };
        scene.text("a < b & \"c\"", (10.0, 10.0), Align::Left, kind);
        let cell = Rect {
            left: 1.0,
            top: 2.0,
            right: 4.25,
            bottom: 8.0,
        };
        scene.rect(cell, WHITE, 0.5);
        scene.tip(cell, "</svg><script>");
        let text = svg(&scene, "a \"map\"");
        assert!(
            text.starts_with("<svg viewBox=\"0 0 100 50\" role=\"img\" aria-label=\"a &quot;map&quot;\">")
        );
        assert!(
            text.contains("style=\"fill:var(--ink)\">a &lt; b &amp; &quot;c&quot;</text>"),
            "{text}"
        );
        assert!(
            text.contains("<rect x=\"1\" y=\"2\" width=\"3.2\" height=\"6\" style=\"fill:#ffffff\""),
            "{text}"
        );
        assert!(
            text.contains("<title>&lt;/svg&gt;&lt;script&gt;</title>"),
            "{text}"
        );
    }

    #[test]
    fn only_lines_that_leave_their_clip_are_cut() {
        let mut scene = Scene::new(100.0, 50.0);
        let clip = Rect {
            left: 10.0,
            top: 10.0,
            right: 20.0,
            bottom: 20.0,
        };
        let stroke = Stroke {
            color: INK,
            width: 1.0,
            dash: &[2.0, 3.5],
        };
        scene.line(vec![(10.0, 10.0), (20.0, 20.0)], stroke, clip);
        assert_eq!(svg(&scene, "").matches("<svg").count(), 1);
        scene.line(vec![(0.0, 10.0), (20.0, 20.0)], stroke, clip);
        let text = svg(&scene, "");
        assert!(
            text.contains("<svg x=\"10\" y=\"10\" width=\"10\" height=\"10\" viewBox=\"10 10 10 10\">"),
            "{text}"
        );
        assert!(text.contains("stroke-dasharray=\"2 3.5\""), "{text}");
    }
}
