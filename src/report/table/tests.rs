//! Whole texts, as a reader sees them.

use super::*;
use crate::{
    experiment::results::{Measure, Verdict},
    report::fixture::{self, measure, verdict, web_tier, with, without},
    theory::catalogue::{CENTRAL_QUEUE_BOUND, FLOW_BALANCE, MMC, SHORTEST_QUEUE},
};
use insta::assert_snapshot;

const RUN: Invocation<'_> = Invocation {
    command: "run",
    wall_seconds: 1.4,
    origin: None,
};

fn plain_text(results: &Results) -> String {
    run(results, &RUN, Style::Plain)
}

#[test]
fn a_run_shows_what_was_measured_beside_what_formulas_say() {
    assert_snapshot!(plain_text(&web_tier()), @r#"
    web-tier: ten web servers behind one balancer
    12 replications × 20 min, warm-up 14 s, seed 42 · 12.2 M requests in 1.4 s (8.7 M/s)

    workload shoppers → web   measured (95 % interval)   theory                                 apart
      response mean           15.21 ms ± 0.04            14.9 ms   power of d, mean field ≈    +2.1 %
                                                         12.3 ms   M/M/c ≈                    +23.7 %
      response p50            11.00 ms ± 0.10            –
      response p99            52.0 ms ± 0.3              –  no formula: percentiles of shortest queue
      throughput              850.1 /s ± 0.6             850 /s    flow balance =               0.0 %   ✓
      availability            100 % (99.998–100)         –
    service web
      utilisation             85.00 % ± 0.08             85 %      utilisation law =            0.0 %   ✓
      in system mean          12.93 ± 0.05               12.93     Little's law =               0.0 %   ✓

    objectives
      ✓ response.p99 ≤ 120 ms   52.0 ms, 2.3 × to spare
      ✓ availability ≥ 99.9 %   100 %
    load line: about 961 /s before response.p99 breaks 120 ms (theory estimate: M/M/c)

    formulas
      ≈ power of d, mean field (Mitzenmacher 2001): for Poisson arrivals, exponential service, many equal servers
      ≈ M/M/c (Erlang 1917): for Poisson arrivals, exponential service, c equal servers, one FIFO queue; here it
        leaves out the queue at each server
    "#);
}

#[test]
fn formulas_alone_have_a_table_of_their_own() {
    let mut results = web_tier();
    results.replications = 0;
    for measure in &mut results.measures {
        (measure.value, measure.low, measure.high) = (None, None, None);
    }
    for verdict in &mut results.verdicts {
        (verdict.low, verdict.high) = (None, None);
    }
    results.verdicts[0].value = None;
    results.verdicts[1].formula = Some(&FLOW_BALANCE);
    let bounded = Verdict {
        formula: Some(&CENTRAL_QUEUE_BOUND),
        ..fixture::verdict(
            "workload.shoppers",
            "response.mean",
            Unit::Seconds,
            (0.012, 0.0),
            0.02,
        )
    };
    results.verdicts.push(Verdict {
        low: None,
        high: None,
        ..bounded
    });
    assert_snapshot!(plain_text(&results), @r#"
    web-tier: ten web servers behind one balancer
    formulas alone, nothing simulated

    workload shoppers → web   theory
      response mean           14.9 ms   power of d, mean field ≈
                              12.3 ms   M/M/c ≈
      response p99            –  no formula: percentiles of shortest queue
      throughput              850 /s    flow balance =
    service web
      utilisation             85 %      utilisation law =
      in system mean          12.93     Little's law =

    objectives
      – response.p99 ≤ 120 ms   no formula
      ✓ availability ≥ 99.9 %   100 % =
      – response.mean ≤ 20 ms   12 ms ≥, a bound that does not tell
    capacity
      about 961 /s before response.p99 breaks 120 ms (theory estimate: M/M/c)
      about 1000 /s before `web` is full (theory estimate: utilisation law)

    formulas
      ≈ power of d, mean field (Mitzenmacher 2001): for Poisson arrivals, exponential service, many equal servers
      ≈ M/M/c (Erlang 1917): for Poisson arrivals, exponential service, c equal servers, one FIFO queue; here it
        leaves out the queue at each server
      = flow balance (Denning and Buzen 1978): for any stable system without loss
      = utilisation law (Denning and Buzen 1978): for any resource
      = Little's law (Little 1961): for any system in the long run
    "#);
}

#[test]
fn what_went_wrong_is_told_in_a_sentence_each() {
    let text = plain_text(&fixture::drill());
    let from = text.find("incidents").unwrap();
    let to = text.find("objectives").unwrap();
    assert_snapshot!(text[from..to].trim_end(), @r#"
    incidents
      - zone:a hung at 15 min for 5 min: its 4 servers were out of rotation after 6.40 s ± 0.20 and back
        3.10 s ± 0.10 after it ended; 2310 ± 40 requests failed, 88 % of them in those 6.40 s
      - server:api.1 slowed down at the beginning for 90 s: it stayed in rotation; no request failed; 120 ± 8 were
        answered late
      - group:api.fast crashed at 19 min 50 s until the run ended: its server was out of rotation after
        6.40 s ± 0.20, in 7 of 20 replications, and not back when the run ended; 1 request failed, before it was
        noticed
      - server:api.2 was drained at 60 s for 60 s: it was out of rotation at once and back as it ended; no request
        failed
      - balancer:api.1 crashed at 10 min for 60 s: the other took over after 3.60 s ± 0.30 and it was back
        3.10 s ± 0.10 after it ended; 2310 ± 40 requests failed, 88 % of them in those 3.60 s; 512 ± 20 were
        rescued by another attempt
      - workload:shoppers surged at 11 min 40 s for 30 s: 2310 ± 40 requests failed
      - zones of api: no failure (slow) came in any replication
      - servers of api crashed 3.5 ± 1.2 times a replication: 94 % of them were out of rotation, after
        6.40 s ± 0.20; 2310 ± 40 requests of a replication failed, 88 % of them before they were noticed
    "#);
}

#[test]
fn what_was_not_measured_is_a_dash_and_not_a_zero() {
    let text = plain_text(&fixture::empty());
    assert_snapshot!(text, @r#"
    web-tier: ten web servers behind one balancer
    12 replications × 20 min, warm-up 14 s, seed 42 · 0 requests in 1.4 s

    workload shoppers → web   measured (95 % interval)   theory      apart
      response mean           –                          –
      response p50            –                          –
      response p99            –                          –  no formula: percentiles of shortest queue

    objectives
      ✗ response.p99 ≤ 120 ms   nothing to measure
      ✗ availability ≥ 99.9 %   nothing to measure
    load line: –  no formula tells at which load an objective breaks
    "#);
}

/// Long names, several workloads, bounds, missed and uncertain objectives, mishaps and notes.
#[test]
fn everything_at_once_still_lines_up() {
    let text = plain_text(&awkward());
    assert_snapshot!(text, @r#"
    odd name [31m
    1 replication (interrupted) × 20 min, warm-up 14 s, seed 42 · 12.2 M requests in 1.4 s (8.7 M/s)

    workload shoppers → web                           measured (95 % interval)   theory                                              apart
      response mean                                   15.0 ms ± 2.0              14 ms    shortest queue by threshold jockeying ≈   +7.1 %
      response p50                                    10.0 ms ± 1.0              –  no formula: retries
      response p99                                    50 ms ± 4                  –
      throughput                                      850.0 /s ± 1.0             –
      goodput                                         500.0 /s ± 1.0             –
      rejected                                        1.20 % ± 0.04              –
      unfinished                                      40.00 k ± 0.10             –
    workload nightly-catalogue-export-of-everything
      response mean                                   3.25 s                     200 ms   M/M/c =                                     × 16
    service web
      utilisation                                     99.900 % ± 0.030           –

    objectives
      ✗ shoppers response.p99 ≤ 20 ms                                  50 ms, 2.5 × the bound
      ✗ shoppers response.mean ≤ 14.5 ms                               15.0 ms, 3.4 % over; not certain: the interval straddles the bound
      ✗ nightly-catalogue-export-of-everything throughput ≥ 10 /s      4.0 /s, 40 % of it
      ✗ nightly-catalogue-export-of-everything availability ≥ 99.9 %   99 %; not certain: there is no interval
    load line: about 961 /s of shoppers before response.p99 breaks 120 ms (theory estimate: M/M/c)

    formulas
      ≈ shortest queue by threshold jockeying (Adan, van Houtum and van der Wal 1994): for Poisson arrivals,
        exponential service, 3 to 64 equal servers; from below, within 0.1 % up to 10 servers

    notes
      - a short note
      - a much longer note a much longer note a much longer note a much longer note a much longer note a much
        longer note a much longer note a much longer note a much longer note a much longer note a much longer note
        a much longer note
    "#);
}

#[test]
fn a_comparison_ranks_its_variants_and_says_how_sure_it_is() {
    assert_snapshot!(compare(&fixture::comparison(), &RUN, Style::Plain), @r#"
    web-tier: ten web servers behind one balancer
    3 variants on the same requests, each 12 replications × 20 min, warm-up 14 s, seed 42 · 36.7 M requests in 1.4 s (26 M/s)

    variant, best first   response p99      against the best                   response mean   availability   web utilisation   objectives
      least-connections   52.0 ms ± 0.3     best                               15.21 ms        100 %          85.00 %           ✓
      join-idle-queue     52.1 ms ± 0.3     not distinguishable (−1 to +1 %)   15.21 ms        100 %          85.00 %           ✓
      power-of-d          68.10 ms ± 0.30   31 % above (29–33 %)               15.21 ms        100 %          85.00 %           ✗ 1 of 2

    least-connections: response p99 24 % below power-of-d (22–25 %); not distinguishable from it: join-idle-queue
    availability: the very same for all
    lower is better; intervals at 95 %; those of differences are wider, so that all of them hold together at 95 %
    decided at 95 %: none of the variants is better than the best by more than 2 %, in each measure

    notes
      - one warm-up for all
      - power-of-d: something about this one alone
    "#);
}

#[test]
fn colours_change_nothing_but_colours() {
    for (plain, coloured) in [
        (plain_text(&web_tier()), run(&web_tier(), &RUN, Style::Ansi)),
        (
            compare(&fixture::comparison(), &RUN, Style::Plain),
            compare(&fixture::comparison(), &RUN, Style::Ansi),
        ),
    ] {
        assert!(coloured.contains("\x1b[32m✓\x1b[0m") && coloured.contains("\x1b[1m"));
        let mut bare = coloured;
        for code in ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m"] {
            bare = bare.replace(code, "");
        }
        assert_eq!(bare, plain);
    }
}

#[test]
fn differences_are_told_in_words_that_fit_them() {
    use crate::experiment::compare::{Place, Standing};
    use crate::stats::{Estimate, PairedDifference};
    let estimate = |mean: f64, half_width: f64| Estimate {
        mean,
        half_width,
        level: 0.95,
        n: 5,
    };
    let unknown = f64::INFINITY;
    for (relative, absolute, expected) in [
        (Some((0.31, 0.02)), (0.016, 0.001), "31 % above (29–33 %)"),
        (Some((-0.05, 0.004)), (-2.0, 0.1), "5.0 % below (4.6–5.4 %)"),
        (
            Some((0.01, 0.02)),
            (0.001, 0.002),
            "not distinguishable (−1 to +3 %)",
        ),
        (
            Some((0.01, unknown)),
            (0.001, unknown),
            "1.0 %, but without an interval",
        ),
        (None, (0.002, 0.001), "2 ms above (1 ms–3 ms)"),
        (None, (0.002, 0.003), "not distinguishable (-1 ms to 5 ms)"),
        (Some((0.0, 0.0)), (0.0, 0.0), "the very same"),
        (Some((14.27, 1.3)), (0.7, 0.1), "× 15 (14–17)"),
        (Some((49.96, 0.15)), (1.9, 0.1), "× 51.0 (50.8–51.1)"),
    ] {
        let difference = PairedDifference {
            difference: estimate(absolute.0, absolute.1),
            relative: relative.map(|(mean, half)| estimate(mean, half)),
        };
        let place = Place {
            standing: Standing::Close,
            difference: Some(difference),
        };
        assert_eq!(comparison::in_words(Unit::Seconds, &place), expected);
    }
}

/// Results in which nothing is as one would like it.
fn awkward() -> Results {
    let (web, jobs) = (
        "workload.shoppers",
        "workload.nightly-catalogue-export-of-everything",
    );
    let mut results = web_tier();
    (results.replications, results.interrupted) = (1, true);
    (results.scenario, results.description) = ("odd\nname \u{1b}[31m".to_owned(), String::new());
    let alone = Measure {
        low: None,
        high: None,
        ..measure(jobs, "response.mean", Unit::Seconds, 3.25, 0.0)
    };
    results.measures = vec![
        with(
            measure(web, "response.mean", Unit::Seconds, 0.015, 0.002),
            &SHORTEST_QUEUE,
            0.014,
        ),
        without(
            measure(web, "response.p50", Unit::Seconds, 0.01, 0.001),
            "retries",
        ),
        without(
            measure(web, "response.p99", Unit::Seconds, 0.05, 0.004),
            "retries",
        ),
        measure(web, "throughput", Unit::PerSecond, 850.0, 1.0),
        measure(web, "goodput", Unit::PerSecond, 500.0, 1.0),
        measure(web, "rejected", Unit::Share, 0.012, 0.000_4),
        measure(web, "timeouts", Unit::Share, 0.0, 0.0),
        measure(web, "unfinished", Unit::Count, 40_000.0, 100.0),
        with(alone, &MMC, 0.2),
        measure("service.web", "utilisation", Unit::Share, 0.999, 0.000_3),
    ];
    results.verdicts = vec![
        verdict(web, "response.p99", Unit::Seconds, (0.05, 0.004), 0.02),
        verdict(web, "response.mean", Unit::Seconds, (0.015, 0.002), 0.0145),
        Verdict {
            at_least: true,
            ..verdict(jobs, "throughput", Unit::PerSecond, (4.0, 0.5), 10.0)
        },
        Verdict {
            at_least: true,
            low: None,
            high: None,
            ..verdict(jobs, "availability", Unit::Share, (0.99, 0.0), 0.999)
        },
    ];
    results.notes = vec!["a short note".to_owned(), "a much longer note ".repeat(12)];
    results
}
