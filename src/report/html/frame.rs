//! What every page has: its head, its verdict, where it comes from, how to read it, and the data for its charts.

use serde::Serialize;

use super::{
    Origin,
    figure::{Figure, symbol_of},
    markup::{escape, json_of, json_within, list, section},
};
use crate::{
    experiment::{Results, results::Unit},
    report::{Invocation, words::one_line},
};

/// One page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// What was done, in a word or two: `run`, `comparison`.
    pub(super) what: &'static str,
    /// What it says of that in a line.
    pub(super) conduct: String,
    /// The answer, and whether it is a good one.
    pub(super) verdict: (&'static str, String),
    pub(super) figures: Vec<Figure>,
    /// The answer, as markup; what stands between it and the charts, section by section; and what stands below them.
    pub(super) above: String,
    pub(super) between: String,
    pub(super) below: String,
    pub(super) notes: Vec<String>,
    /// The document, and the name of the file that it is in as well.
    pub(super) document: String,
    pub(super) file: &'static str,
}

const LIBRARY: &str = include_str!("../../../assets/uplot/uPlot.iife.min.js");
/// It asks to go wherever the library goes.
const LICENCE: &str = include_str!("../../../assets/uplot/LICENSE");
const LIBRARY_STYLE: &str = include_str!("../../../assets/uplot/uPlot.min.css");
const STYLE: &str = include_str!("page.css");
/// Counts where the reader prefers it, until `page.js` is told otherwise; never on paper.
const DARK: &str = include_str!("dark.css");
const CHARTS: &str = include_str!("charts.js");
const SCRIPT: &str = include_str!("page.js");
const READING: &str = include_str!("reading.html");

/// Nothing is ever loaded: whatever stands on a page, the browser is told to fetch nothing for it.
const POLICY: &str =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

impl Page {
    /// Returns the page of results that these are the first of.
    pub(super) fn html(&self, first: &Results, invocation: &Invocation<'_>, origin: &Origin) -> Vec<u8> {
        let name = escape(&one_line(&first.scenario));
        let (tone, verdict) = &self.verdict;
        let body = [
            section("answer", "The answer", &self.above),
            self.between.clone(),
            section("charts", "Charts", &figures(&self.figures)),
            self.below.clone(),
            section(
                "notes",
                "Notes",
                &list(self.notes.iter().map(|note| one_line(note))),
            ),
            section("again", "The same again", &again(first, origin)),
            section("reading", "How to read it", READING),
        ];
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"generator\" content=\"plimsoll {version}\">\n<title>{name}: {what}</title>\n\
             <style>{LIBRARY_STYLE}</style>\n<style>\n{STYLE}</style>\n\
             <style id=\"dark\" media=\"screen and (prefers-color-scheme: dark)\">\n{DARK}</style>\n</head>\n<body>\n<header>\n\
             <p class=\"kind\">plimsoll {command}</p>\n<h1>{name}</h1>\n<p>{description}</p>\n\
             <p class=\"verdict {tone}\">{verdict}</p>\n<p class=\"faint\">{conduct}</p>\n</header>\n<main>\n{body}</main>\n\
             <footer class=\"faint\">plimsoll {version}. The numbers are those of {file}. Charts by \
             uPlot, © Leon Sorokin, MIT licence.</footer>\n\
             <script type=\"application/json\" id=\"document\">{document}</script>\n\
             <script type=\"application/json\" id=\"chart-data\">{data}</script>\n\
             <script>\n/*\n{LICENCE}*/\n{LIBRARY}</script>\n<script>\n{CHARTS}</script>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
            version = env!("CARGO_PKG_VERSION"),
            what = self.what,
            command = invocation.command,
            description = escape(&one_line(&first.description)),
            verdict = escape(verdict),
            conduct = escape(&self.conduct),
            body = body.concat(),
            file = self.file,
            document = json_within(&self.document),
            data = json_of(&Data::new(&self.figures)),
        );
        page.into_bytes()
    }
}

/// Places for the charts, which are drawn by the page itself.
fn figures(figures: &[Figure]) -> String {
    let place = |figure: &Figure| {
        format!(
            "<figure id=\"{}\"><figcaption><h3>{}</h3><p class=\"faint\">{}</p></figcaption>\
             <div class=\"plots\"></div></figure>\n",
            figure.id,
            escape(&figure.title),
            escape(&figure.note)
        )
    };
    let places: String = figures.iter().map(place).collect();
    if places.is_empty() {
        return places;
    }
    places
        + "<noscript><p>Charts need JavaScript. The pictures beside this page show the same.</p></noscript>\n"
}

/// How to get the same results again.
fn again(first: &Results, origin: &Origin) -> String {
    let mut html = format!(
        "<p>This command gives the same numbers, on any machine and with any number of threads:</p>\n\
         <pre id=\"command\" tabindex=\"0\">{}</pre>\n<p>plimsoll {}, seed {}, scenario {:016x}.</p>\n",
        escape(&origin.command),
        env!("CARGO_PKG_VERSION"),
        first.seed,
        first.digest
    );
    for (name, text) in &origin.scenarios {
        html += &format!(
            "<details open><summary>{}</summary>\n<pre class=\"scenario\" tabindex=\"0\">{}</pre></details>\n",
            escape(name),
            escape(text.trim_end())
        );
    }
    html
}

/// A unit people use: its size, what stands behind the number, and from how many of it on it is used.
type Step = (f64, &'static str, f64);

/// What the scripts work with.
#[derive(Serialize)]
struct Data<'a> {
    figures: &'a [Figure],
    units: Vec<(&'static str, Vec<Step>)>,
}

impl<'a> Data<'a> {
    fn new(figures: &'a [Figure]) -> Self {
        let steps = |unit: Unit| {
            let steps = unit.steps().iter();
            steps.map(|step| (step.size, step.suffix, step.from)).collect()
        };
        Self {
            figures,
            units: Unit::ALL
                .iter()
                .map(|&unit| (symbol_of(unit), steps(unit)))
                .collect(),
        }
    }
}
