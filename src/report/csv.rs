//! Files for spreadsheets: one measure, bucket or stretch a row, units in the headers, base units in the cells.
//! A value that does not exist is an empty cell.

mod plan;
mod sweep;

pub(super) use self::{
    plan::{fate, plan},
    sweep::{limits, sweep},
};
use super::{number::finite, thin};
use crate::{
    experiment::{
        Results,
        results::{Measure, Prediction},
    },
    stats::Estimate,
};
use serde::Serialize;

mod comparison;
pub(super) use self::comparison::compare;

/// Returns `summary.csv`: everything measured, with the most exact formula beside it.
pub(super) fn summary(results: &Results) -> Vec<u8> {
    table(SUMMARY, results.measures.iter().map(Row::new))
}

/// Returns `timeline.csv`: how things went, bucket by bucket.
pub(super) fn timeline(results: &Results) -> Vec<u8> {
    let rows = results.timeline.iter().flat_map(|series| {
        series.buckets.iter().map(|bucket| {
            let cells = [
                finite(bucket.start),
                finite(bucket.end),
                finite(bucket.offered),
                finite(bucket.completed),
                finite(bucket.failed),
                bucket.response_mean.and_then(finite),
                bucket.response_p50.and_then(finite),
                bucket.response_p95.and_then(finite),
                bucket.response_p99.and_then(finite),
                finite(bucket.in_system),
                finite(bucket.utilisation),
                finite(bucket.goodput),
                finite(bucket.rejected),
                finite(bucket.timeouts),
                finite(bucket.abandoned),
                finite(bucket.lost_to_failures),
            ];
            (name(&series.of), cells)
        })
    });
    table(TIMELINE, rows)
}

/// Returns `response.csv`: the distribution of response times, thinned.
pub(super) fn response(results: &Results) -> Vec<u8> {
    let rows = results.distributions.iter().flat_map(|distribution| {
        let all = distribution.histogram.count() as f64;
        let rows = thin::stretches(&distribution.histogram).into_iter();
        rows.map(move |part| {
            let share = part.up_to as f64 / all;
            let theory = thin::theory_survival(distribution, part.seconds).and_then(finite);
            (
                name(&distribution.of),
                part.seconds,
                part.count,
                share,
                1.0 - share,
                theory,
            )
        })
    });
    table(RESPONSE, rows)
}

const SUMMARY: &[&str] = &[
    "of",
    "measure",
    "unit",
    "value",
    "low",
    "high",
    "theory",
    "theory_model",
    "theory_kind",
    "theory_source",
    "theory_leaves_out",
];
const TIMELINE: &[&str] = &[
    "workload",
    "start_s",
    "end_s",
    "offered_per_s",
    "completed_per_s",
    "failed_per_s",
    "response_mean_s",
    "response_p50_s",
    "response_p95_s",
    "response_p99_s",
    "in_system",
    "utilisation",
    "goodput_per_s",
    "rejected_per_s",
    "timeouts_per_s",
    "abandoned_per_s",
    "lost_to_failures_per_s",
];
const RESPONSE: &[&str] = &[
    "workload",
    "response_s",
    "count",
    "cumulative_share",
    "slower_share",
    "theory_slower_share",
];
#[derive(Default, Serialize)]
struct Row<'a> {
    of: &'a str,
    measure: &'a str,
    unit: &'static str,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    theory: Option<f64>,
    model: Option<&'static str>,
    kind: Option<&'static str>,
    source: Option<&'static str>,
    leaves_out: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn new(measure: &'a Measure) -> Self {
        let best: Option<&Prediction> = measure.theory.first();
        Self {
            of: &measure.of,
            measure: &measure.name,
            unit: measure.unit.symbol(),
            value: measure.value.and_then(finite),
            low: measure.low.and_then(finite),
            high: measure.high.and_then(finite),
            theory: best.and_then(|best| finite(best.value)),
            model: best.map(|best| best.formula.name),
            kind: best.map(|best| best.kind().word()),
            source: best.map(|best| best.formula.source),
            leaves_out: best.and_then(|best| best.leaves_out.as_deref()),
        }
    }
}

fn ends(estimate: Option<Estimate>) -> [Option<f64>; 3] {
    let Some(estimate) = estimate else {
        return [None; 3];
    };
    [finite(estimate.mean), estimate.low(), estimate.high()]
}

/// In a column of workloads the word says nothing.
fn name(of: &str) -> &str {
    of.strip_prefix("workload.").unwrap_or(of)
}

pub(super) fn table(header: &[&str], rows: impl Iterator<Item = impl Serialize>) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    let written = writer
        .write_record(header)
        .and_then(|()| rows.into_iter().try_for_each(|row| writer.serialize(row)));
    written.expect("rows of numbers and texts, as long as the header, can be written to memory");
    writer.into_inner().expect("memory takes every byte")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    /// Returns the header and the rows that a reader of the file sees.
    fn read(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
        let mut reader = ::csv::Reader::from_reader(bytes);
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = |row: Result<::csv::StringRecord, _>| row.unwrap().iter().map(str::to_owned).collect();
        (header, reader.records().map(row).collect())
    }

    fn first_line(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap().lines().next().unwrap()
    }

    #[test]
    fn headers_carry_units() {
        let results = fixture::web_tier();
        assert_eq!(
            first_line(&summary(&results)),
            "of,measure,unit,value,low,high,theory,theory_model,theory_kind,theory_source,theory_leaves_out"
        );
        assert_eq!(
            first_line(&timeline(&results)),
            "workload,start_s,end_s,offered_per_s,completed_per_s,failed_per_s,response_mean_s,response_p50_s,\
             response_p95_s,response_p99_s,in_system,utilisation,goodput_per_s,rejected_per_s,timeouts_per_s,\
             abandoned_per_s,lost_to_failures_per_s"
        );
        assert_eq!(
            first_line(&response(&results)),
            "workload,response_s,count,cumulative_share,slower_share,theory_slower_share"
        );
        assert_eq!(
            first_line(&compare(&fixture::comparison())),
            "rank,variant,replications,of,measure,unit,value,low,high,theory,theory_model,theory_kind,theory_source,\
             theory_leaves_out,standing,difference,difference_low,difference_high,relative_difference,\
             relative_difference_low,relative_difference_high"
        );
    }

    #[test]
    fn numbers_come_back_as_they_were() {
        let mut results = fixture::web_tier();
        results.measures[1].value = Some(1.0 / 3.0);
        results.measures[2].value = Some(f64::NAN);
        results.measures[3].high = Some(f64::INFINITY);
        results.measures[3].of = "workload.a, \"b\"\n".to_owned();
        let (_, rows) = read(&summary(&results));
        assert_eq!(rows.len(), results.measures.len());
        assert_eq!(
            rows[1][3].parse::<f64>().unwrap().to_bits(),
            (1.0 / 3.0_f64).to_bits()
        );
        assert_eq!((rows[2][3].as_str(), rows[3][5].as_str()), ("", ""));
        assert_eq!(rows[3][0], "workload.a, \"b\"\n");
        let theory: Vec<&str> = rows[0][6..].iter().map(String::as_str).collect();
        let expected = [
            "0.0149",
            "power of d, mean field",
            "approximation",
            "Mitzenmacher 2001",
            "",
        ];
        assert_eq!(theory, expected);
    }

    #[test]
    fn a_bucket_without_answers_has_empty_cells() {
        let (header, rows) = read(&timeline(&fixture::web_tier()));
        assert_eq!(rows.len(), 120);
        assert!(rows.iter().all(|row| row.len() == header.len()));
        assert_eq!(rows[5][..4], ["shoppers", "50.0", "60.0", "850.0"]);
        assert_eq!(rows[5][6..10], ["", "", "", ""]);
        assert_ne!(rows[4][6], "");
    }

    #[test]
    fn the_distribution_ends_with_everything_and_meets_theory_where_it_should() {
        let (_, rows) = read(&response(&fixture::web_tier()));
        let number = |row: usize, column: usize| rows[row][column].parse::<f64>().unwrap();
        let last = rows.len() - 1;
        assert!(100 < rows.len() && rows.len() <= 500, "{}", rows.len());
        assert_eq!(
            (number(last, 3).to_bits(), number(last, 4).to_bits()),
            (1.0_f64.to_bits(), 0)
        );
        let middle = (0..last).find(|&row| 0.5 <= number(row, 3)).unwrap();
        assert!(
            (number(middle, 1) - 0.015 * 2.0_f64.ln()).abs() < 1e-4,
            "{:?}",
            rows[middle]
        );
        assert!(
            (number(middle, 5) - (-number(middle, 1) / 0.014).exp()).abs() < 1e-6,
            "{:?}",
            rows[middle]
        );
        assert_eq!(read(&response(&fixture::empty())).1.len(), 0);
    }

    #[test]
    fn only_what_variants_are_compared_by_has_a_standing_and_a_difference() {
        let (_, rows) = read(&compare(&fixture::comparison()));
        let told: Vec<&Vec<String>> = rows.iter().filter(|row| !row[15].is_empty()).collect();
        // Two measures of the two that are not the best.
        assert_eq!(told.len(), 4);
        assert_eq!(
            told[2][..5],
            ["3", "power-of-d", "12", "workload.shoppers", "response.p99"]
        );
        assert_eq!(told[2][14], "worse");
        assert_eq!(told[2][18..], ["0.31", "0.29", "0.33"]);
        assert_eq!(
            (&*told[3][4], &*told[3][14]),
            ("availability", "not distinguishable")
        );
        let best = rows.iter().filter(|row| row[14] == "best");
        assert_eq!(best.map(|row| row[0].as_str()).collect::<Vec<_>>(), ["1", "1"]);
    }
}
