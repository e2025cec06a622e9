//! Numbers as people read them.

use super::*;
use proptest::{prelude::*, test_runner::RngSeed};

#[test]
fn plain_numbers_are_short_and_never_round_away_a_failure() {
    for (unit, value, expected) in [
        (Unit::Seconds, 9.043e-14, "9.043e-14 s"),
        (Unit::Seconds, 2e-10, "0.2 ns"),
        (Unit::Seconds, 0.0149, "14.9 ms"),
        (Unit::Seconds, 0.015_213_4, "15.21 ms"),
        (Unit::Seconds, 0.999_999_9, "1 s"),
        (Unit::Seconds, 0.0, "0 s"),
        (Unit::PerSecond, 850.0, "850 /s"),
        (Unit::PerSecond, 0.0, "0 /s"),
        (Unit::PerSecond, 12_345.6, "12.35 k/s"),
        (Unit::Share, 0.85, "85 %"),
        (Unit::Share, 1.0, "100 %"),
        (Unit::Share, 0.999_999_7, "99.99997 %"),
        (Unit::Share, 1e-7, "1.000e-5 %"),
        (Unit::Count, 3.0, "3"),
        (Unit::Count, f64::NAN, "–"),
        (Unit::Seconds, f64::INFINITY, "–"),
    ] {
        assert_eq!(plain(unit, value), expected, "{unit:?} {value}");
    }
}

#[test]
fn a_measured_value_ends_where_its_interval_begins_to_matter() {
    for (unit, value, low, high, expected) in [
        (Unit::Seconds, 0.015_212, 0.015_172, 0.015_252, "15.21 ms ± 0.04"),
        (Unit::Seconds, 0.052, 0.0508, 0.0532, "52.0 ms ± 1.2"),
        (Unit::Seconds, 0.052, 0.0518, 0.0529, "52.0 ms (51.8–52.9)"),
        (Unit::Seconds, 0.0, -0.002, 0.002, "0.0 ms ± 2.0"),
        (Unit::PerSecond, 850.12, 849.5, 850.74, "850.1 /s ± 0.6"),
        (Unit::PerSecond, 912.0, 742.0, 1_082.0, "912 /s ± 170"),
        (Unit::Share, 1.0, 0.999_82, 1.0, "100 % (99.982–100)"),
        (Unit::Share, 0.85, 0.85, 0.85, "85 %"),
        (Unit::Share, 0.999_996, 0.999_98, 1.0, "99.9996 % (99.9980–100)"),
        (Unit::Share, 5.5e-9, 4.9e-9, 6.1e-9, "5.5e-7 % ± 0.6e-7"),
        (Unit::Share, 5.5e-9, 0.0, 2.1e-8, "1e-6 % (0–2e-6)"),
        (Unit::Count, 0.2, -0.5, 1.4, "0.2 (-0.5 to 1.4)"),
    ] {
        let got = measured(unit, value, Some(low), Some(high));
        assert_eq!(got, expected, "{unit:?} {value} {low} {high}");
    }
    let got = estimated(Unit::Share, 0.85, Some(0.849), Some(0.851));
    assert_eq!(got, "85.00 %");
    assert_eq!(measured(Unit::Seconds, 0.052, None, None), "52 ms");
    assert_eq!(measured(Unit::Seconds, 0.052, Some(f64::NAN), Some(1.0)), "52 ms");
}

#[test]
fn distances_have_a_sign_unless_they_round_to_nothing() {
    for (value, reference, expected) in [
        (15.21, 14.9, "+2.1 %"),
        (14.0, 15.0, "−6.7 %"),
        (850.1, 850.0, "0.0 %"),
        (0.0, 0.0, "0.0 %"),
        (1.0, 0.0, "–"),
        (3.0, 1.0, "+200 %"),
        (12.0, 1.0, "× 12"),
        (0.0, 2.0, "−100 %"),
        (0.0, 9e-14, "–"),
    ] {
        assert_eq!(apart(value, reference), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000, failure_persistence: None, rng_seed: RngSeed::Fixed(1948), ..ProptestConfig::default()
    })]
    #[test]
    fn any_number_can_be_written_in_a_few_characters(
        value in any::<f64>(), low in any::<f64>(), high in any::<f64>(), unit in 0_usize..4,
    ) {
        let unit = [Unit::Seconds, Unit::PerSecond, Unit::Share, Unit::Count][unit];
        let texts = [
            plain(unit, value),
            measured(unit, value, Some(low), Some(high)),
            measured(unit, low, Some(low), Some(low + high.abs() * 1e-3)),
            apart(value, low),
        ];
        for text in texts {
            prop_assert!(!text.is_empty() && text.chars().count() < 60, "{text}");
            prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        }
    }
}
