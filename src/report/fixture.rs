//! Results made by hand, for the tests of every kind of report.

mod drill;
mod graph;
mod plane;

pub(super) use drill::drill;
pub(super) use graph::graph;
pub(super) use plane::plane;

use crate::{
    experiment::{
        Comparison, Criterion, Results, VariantResults,
        compare::{Contest, Ending, Place, Standing},
        results::{
            Distribution, LoadLine, Measure, Prediction, TimelineBucket, TimelineSeries, Unit, Verdict,
        },
    },
    stats::{Estimate, Histogram, PairedDifference},
    theory::catalogue::{FLOW_BALANCE, Formula, LITTLE, MMC, POWER_OF_D, UTILISATION_LAW},
    units::SimDuration,
};

/// A measure with a symmetric interval.
pub(super) fn measure(of: &str, name: &str, unit: Unit, value: f64, half: f64) -> Measure {
    Measure {
        of: of.to_owned(),
        name: name.to_owned(),
        unit,
        value: Some(value),
        low: Some(value - half),
        high: Some(value + half),
        theory: Vec::new(),
        no_theory: None,
    }
}

/// The same measure with a formula beside it.
pub(super) fn with(mut measure: Measure, formula: &'static Formula, value: f64) -> Measure {
    measure.theory.push(Prediction {
        formula,
        value,
        leaves_out: None,
    });
    measure
}

/// The same measure with the reason why there is no formula.
pub(super) fn without(mut measure: Measure, reason: &str) -> Measure {
    measure.no_theory = Some(reason.to_owned());
    measure
}

/// The shape of the product's own example: one workload, one service, formulas of all kinds.
pub(super) fn web_tier() -> Results {
    let of = "workload.shoppers";
    Results {
        scenario: "web-tier".to_owned(),
        description: "ten web servers behind one balancer".to_owned(),
        digest: 0x0123_4567_89ab_cdef,
        seed: 42,
        steady: true,
        replications: 12,
        interrupted: false,
        duration: SimDuration::from_secs_f64(1_200.0),
        warmup: SimDuration::from_secs_f64(14.0),
        events: 36_700_000,
        servers: 10,
        requests: 12_241_000,
        level: 0.95,
        routes: vec![(of.to_owned(), "service.web".to_owned())],
        measures: web_tier_measures(of, "service.web"),
        verdicts: vec![
            verdict(of, "response.p99", Unit::Seconds, (0.052, 0.000_3), 0.12),
            Verdict {
                at_least: true,
                low: Some(0.999_98),
                high: Some(1.0),
                ..verdict(of, "availability", Unit::Share, (1.0, 0.0), 0.999)
            },
        ],
        load_line: Some(load_line(of, 961.3, "response.p99 breaks 120 ms", &MMC)),
        capacity: vec![
            load_line(of, 961.3, "response.p99 breaks 120 ms", &MMC),
            load_line(of, 1_000.0, "`web` is full", &UTILISATION_LAW),
        ],
        distributions: vec![distribution(of)],
        timeline: vec![timeline(of)],
        incidents: None,
        hops: Vec::new(),
        stores: Vec::new(),
        bottleneck: None,
        performability: None,
        baseline: None,
        notes: Vec::new(),
        violations: Vec::new(),
    }
}

fn web_tier_measures(of: &str, service: &str) -> Vec<Measure> {
    let mut mean = with(
        measure(of, "response.mean", Unit::Seconds, 0.015_21, 0.000_04),
        &POWER_OF_D,
        0.014_9,
    );
    mean.theory.push(Prediction {
        formula: &MMC,
        value: 0.012_3,
        leaves_out: Some("the queue at each server".to_owned()),
    });
    let availability = Measure {
        low: Some(0.999_98),
        high: Some(1.0),
        ..measure(of, "availability", Unit::Share, 1.0, 0.0)
    };
    vec![
        mean,
        measure(of, "response.sd", Unit::Seconds, 0.015, 0.000_1),
        measure(of, "response.p50", Unit::Seconds, 0.011, 0.000_1),
        without(
            measure(of, "response.p99", Unit::Seconds, 0.052, 0.000_3),
            "percentiles of shortest queue",
        ),
        with(
            measure(of, "throughput", Unit::PerSecond, 850.1, 0.6),
            &FLOW_BALANCE,
            850.0,
        ),
        availability,
        measure(of, "rejected", Unit::Share, 0.0, 0.0),
        measure(of, "unfinished", Unit::Count, 13.0, 2.0),
        with(
            measure(service, "utilisation", Unit::Share, 0.85, 0.000_8),
            &UTILISATION_LAW,
            0.85,
        ),
        with(
            measure(service, "in_system.mean", Unit::Count, 12.93, 0.05),
            &LITTLE,
            12.93,
        ),
    ]
}

fn load_line(of: &str, rate: f64, breaks: &str, formula: &'static Formula) -> LoadLine {
    LoadLine {
        of: of.to_owned(),
        rate,
        breaks: breaks.to_owned(),
        formula,
        leaves_out: None,
    }
}

/// An objective that bounds from above.
pub(super) fn verdict(of: &str, name: &str, unit: Unit, (value, half): (f64, f64), bound: f64) -> Verdict {
    Verdict {
        of: of.to_owned(),
        measure: name.to_owned(),
        unit,
        bound,
        at_least: false,
        value: Some(value),
        low: Some(value - half),
        high: Some(value + half),
        formula: None,
    }
}

/// Nothing was measured and nothing is known.
pub(super) fn empty() -> Results {
    let mut results = web_tier();
    results.measures.truncate(4);
    for measure in &mut results.measures {
        (measure.value, measure.low, measure.high) = (None, None, None);
        measure.theory.clear();
    }
    for verdict in &mut results.verdicts {
        (verdict.value, verdict.low, verdict.high) = (None, None, None);
    }
    results.distributions[0].histogram = Histogram::new();
    results.timeline[0].buckets.clear();
    results.load_line = None;
    results.capacity.clear();
    (results.events, results.requests) = (0, 0);
    results
}

/// Three variants: the best, one that is surely worse, and one of which nobody can tell.
pub(super) fn comparison() -> Comparison {
    let variant = |label: &str, p99: f64| {
        let mut results = web_tier();
        let headline = results
            .measures
            .iter_mut()
            .find(|measure| measure.name == "response.p99")
            .unwrap();
        let half = 0.000_3;
        (headline.value, headline.low, headline.high) = (Some(p99), Some(p99 - half), Some(p99 + half));
        results.verdicts[0] = verdict(
            "workload.shoppers",
            "response.p99",
            Unit::Seconds,
            (p99, half),
            0.06,
        );
        VariantResults {
            label: label.to_owned(),
            results,
        }
    };
    let mut variants = vec![
        variant("least-connections", 0.052),
        variant("join-idle-queue", 0.0521),
        variant("power-of-d", 0.0681),
    ];
    variants[2]
        .results
        .notes
        .push("something about this one alone".to_owned());
    let contest = |measure: &str, more_is_better, places: [Place; 3]| Contest {
        by: Criterion {
            of: "workload.shoppers".to_owned(),
            measure: measure.to_owned(),
            more_is_better,
        },
        places: places.to_vec(),
    };
    let best = Place {
        standing: Standing::Best,
        difference: None,
    };
    let same = place(Standing::Close, 0.0, 0.0);
    Comparison {
        contests: vec![
            contest(
                "response.p99",
                false,
                [
                    best,
                    place(Standing::Close, 0.002, 0.011),
                    place(Standing::Worse, 0.31, 0.02),
                ],
            ),
            contest("availability", true, [best, same, same]),
        ],
        variants,
        ending: Ending::Decided(0.02),
        interrupted: false,
        notes: vec!["one warm-up for all".to_owned()],
    }
}

/// How a variant does that lies so far above the best, as a share of 52 ms.
pub(super) fn place(standing: Standing, mean: f64, half: f64) -> Place {
    let estimate = |mean: f64, half_width: f64| Estimate {
        mean,
        half_width,
        level: 0.983,
        n: 12,
    };
    Place {
        standing,
        difference: Some(PairedDifference {
            difference: estimate(mean * 0.052, half * 0.052),
            relative: Some(estimate(mean, half)),
        }),
    }
}

fn distribution(of: &str) -> Distribution {
    let mut histogram = Histogram::new();
    // An exponential of 15 ms by its own quantiles.
    for rank in 0..20_000_u32 {
        let share = (f64::from(rank) + 0.5) / 20_000.0;
        histogram.record((-(1.0 - share).ln() * 15e6) as u64);
    }
    let theory = (0..200).map(|step| f64::from(step) * 1e-3);
    Distribution {
        of: of.to_owned(),
        histogram,
        theory: theory
            .map(|seconds| (seconds, (-seconds / 0.014).exp()))
            .collect(),
        formula: Some(&MMC),
    }
}

fn timeline(of: &str) -> TimelineSeries {
    let bucket = |at: u32| {
        let start = f64::from(at) * 10.0;
        let answered = at != 5;
        let response = |seconds: f64| answered.then_some(seconds * (1.0 + f64::from(at % 7) / 20.0));
        TimelineBucket {
            start,
            end: start + 10.0,
            offered: 850.0,
            completed: if answered { 849.5 } else { 0.0 },
            failed: if answered { 0.5 } else { 850.0 },
            goodput: if answered { 849.5 } else { 0.0 },
            rejected: if answered { 0.5 } else { 850.0 },
            timeouts: 0.0,
            abandoned: 0.0,
            lost_to_failures: 0.0,
            response_mean: response(0.015),
            response_p50: response(0.011),
            response_p95: response(0.036),
            response_p99: response(0.052),
            in_system: 12.9,
            utilisation: 0.85,
        }
    };
    TimelineSeries {
        of: of.to_owned(),
        buckets: (0..120).map(bucket).collect(),
    }
}
