//! Markup that no text can break out of.

use std::fmt::Write;

use serde::Serialize;

/// Returns a text as it may stand between tags and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            '\n' | '\t' => escaped.push(character),
            // HTML has no way to write most of them.
            control if control.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Returns JSON as it may stand in a `script` element: the only thing that could end that early is a `<`, and of those a
/// document has some only within its strings.
pub(super) fn json_within(document: &str) -> String {
    // No string has a line break within, so that lines can be laid end to end without what they are indented by.
    let lines: String = document.lines().map(str::trim_start).collect();
    lines.replace('<', "\\u003c")
}

/// The same of anything.
pub(super) fn json_of(document: &impl Serialize) -> String {
    json_within(&serde_json::to_string(document).expect("texts and numbers are all there is"))
}

/// One cell of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    text: String,
    /// What it is sorted by; else by its text.
    value: Option<f64>,
    /// Numbers of different units are not compared.
    unit: &'static str,
    tone: &'static str,
    /// Where the number stands in the document: `measures.17.value`.
    from: String,
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
    /// A number in words, and itself.
    pub(super) fn number(text: impl Into<String>, value: Option<f64>, unit: &'static str) -> Self {
        Self {
            text: text.into(),
            value: value.filter(|value| value.is_finite()),
            unit,
            tone: "number",
            ..Self::default()
        }
    }
    pub(super) fn toned(self, tone: &'static str) -> Self {
        Self { tone, ..self }
    }
    pub(super) fn from(self, place: impl Into<String>) -> Self {
        Self {
            from: place.into(),
            ..self
        }
    }
    /// The same, of something that was promised and is not kept.
    pub(super) fn missed(self) -> Self {
        Self {
            text: format!("✗ {}", self.text),
            tone: "number bad",
            ..self
        }
    }
}

/// A table that its reader can sort.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) columns: Vec<String>,
    /// Each with what its element says of it besides, such as `data-more`.
    pub(super) rows: Vec<(String, Vec<Cell>)>,
}

impl Table {
    /// Returns the table; with nothing in it, nothing.
    pub(super) fn html(&self, id: &str) -> String {
        self.with_sum(id, &[])
    }

    /// The same, and what all rows come to, which stays below them.
    pub(super) fn with_sum(&self, id: &str, sum: &[Cell]) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let caption = escape(&self.caption);
        let mut html = format!(
            "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\">\n<table id=\"{id}\" class=\"sortable\">\
             <caption>{caption}</caption>\n<thead><tr>"
        );
        for column in &self.columns {
            let _ = write!(html, "<th scope=\"col\">{}</th>", escape(column));
        }
        html += "</tr></thead>\n<tbody>\n";
        for (attributes, cells) in &self.rows {
            row(&mut html, attributes, cells);
        }
        html += "</tbody>";
        if !sum.is_empty() {
            html += "<tfoot>\n";
            row(&mut html, "", sum);
            html += "</tfoot>";
        }
        html + "</table></div>\n"
    }
}

fn row(html: &mut String, attributes: &str, cells: &[Cell]) {
    let _ = write!(html, "<tr{attributes}>");
    for (at, cell) in cells.iter().enumerate() {
        *html += &cell.html(at == 0);
    }
    *html += "</tr>\n";
}

impl Cell {
    fn html(&self, heads: bool) -> String {
        let mut attributes = String::new();
        if !self.tone.is_empty() {
            let _ = write!(attributes, " class=\"{}\"", self.tone);
        }
        if let Some(value) = self.value {
            let _ = write!(attributes, " data-v=\"{value}\" data-u=\"{}\"", self.unit);
        }
        if !self.from.is_empty() {
            let _ = write!(attributes, " data-from=\"{}\"", self.from);
        }
        let text = escape(&self.text);
        if heads {
            format!("<th scope=\"row\"{attributes}>{text}</th>")
        } else {
            format!("<td{attributes}>{text}</td>")
        }
    }
}

/// Returns what lines of a terminal tell, each a word and what is said of it, which goes on in lines that begin with spaces; of
/// none, nothing.
pub(super) fn facts(lines: &[String]) -> String {
    let mut facts: Vec<(&str, String)> = Vec::new();
    for line in lines {
        match (line.split_once(' '), facts.last_mut()) {
            (Some(("", more)), Some((_, text))) => *text = format!("{text} {}", more.trim()),
            (Some((word, text)), _) => facts.push((word, text.trim().to_owned())),
            (None, _) => facts.push((line, String::new())),
        }
    }
    let fact = |(word, text): &(&str, String)| format!("<dt>{}</dt><dd>{}</dd>\n", escape(word), prose(text));
    let html: String = facts.iter().map(fact).collect();
    if html.is_empty() {
        return html;
    }
    format!("<dl class=\"facts\">\n{html}</dl>\n")
}

/// Returns a sentence as it may stand between tags; what it has in backticks looks like code.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Returns a list of sentences; of none, nothing.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let mut html = String::new();
    for item in items {
        let _ = writeln!(html, "<li>{}</li>", prose(&item));
    }
    if html.is_empty() {
        return html;
    }
    format!("<ul>\n{html}</ul>\n")
}

/// Returns a part of the page with its heading; of nothing, nothing.
pub(super) fn section(id: &str, title: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{}</h2>\n{content}</section>\n",
        escape(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_place() {
        let text = "</script><b a=\"x\" c='y'>&amp;\u{0}\u{1b}\r\n";
        assert_eq!(
            escape(text),
            "&lt;/script&gt;&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;\u{fffd}\u{fffd}\u{fffd}\n"
        );
        let json = json_of(&["</script><!--"]);
        assert!(!json.contains('<'), "{json}");
        assert_eq!(
            serde_json::from_str::<[String; 1]>(&json).unwrap(),
            ["</script><!--"]
        );
    }

    #[test]
    fn what_stands_in_backticks_looks_like_code() {
        assert_eq!(prose("`a<b` is `c`"), "<code>a&lt;b</code> is <code>c</code>");
        assert_eq!(prose("no `pair & more"), "no `pair &amp; more");
    }

    #[test]
    fn lines_of_a_terminal_become_words_with_what_is_said_of_them() {
        let lines = [
            "obstacle none",
            "sure     every objective is met,",
            "         with 95 % confidence",
        ];
        assert_eq!(
            facts(&lines.map(str::to_owned)),
            "<dl class=\"facts\">\n<dt>obstacle</dt><dd>none</dd>\n\
             <dt>sure</dt><dd>every objective is met, with 95 % confidence</dd>\n</dl>\n"
        );
        assert_eq!(facts(&[]), "");
    }

    #[test]
    fn cells_carry_what_they_are_sorted_by() {
        let table = Table {
            caption: "a < b".to_owned(),
            columns: vec!["name".to_owned(), "value".to_owned()],
            rows: vec![(
                String::new(),
                vec![
                    Cell::text("x"),
                    Cell::number("15 ms", Some(0.015), "s").from("hops.0.mean_s"),
                ],
            )],
        };
        let html = table.with_sum("t", &[Cell::text("in all")]);
        assert!(html.contains("<caption>a &lt; b</caption>"), "{html}");
        assert!(html.contains(
            "<th scope=\"row\">x</th><td class=\"number\" data-v=\"0.015\" data-u=\"s\" data-from=\"hops.0.mean_s\">15 ms</td>"
        ));
        let foot = "</tr>\n</tbody><tfoot>\n<tr><th scope=\"row\">in all</th></tr>\n</tfoot></table>";
        assert!(html.contains(foot), "{html}");
        assert_eq!(Table::default().html("t"), "");
        assert!(
            Cell::number("–", Some(f64::NAN), "s")
                .html(false)
                .contains("<td class=\"number\">–")
        );
    }
}
