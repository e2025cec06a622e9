//! Whatever the parameters, nothing panics, and what is made keeps its promises.

use num_complex::Complex64;
use proptest::prelude::*;

use super::{Dist, DistError, Problems, read};
use crate::rng::Seed;

/// Any number at all, and now and then a likely one.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        1 => prop::num::f64::ANY,
        1 => prop::sample::select(vec![0.0, 1.0, 2.0, 3.0, -1.0, f64::INFINITY, 1e-12, 1e12]),
        6 => (-6.0..6.0_f64).prop_map(|magnitude| 10_f64.powf(magnitude)),
    ]
}

fn simple() -> impl Strategy<Value = Result<Dist, DistError>> {
    (0..11, number(), number(), number(), any::<u32>()).prop_map(|(kind, a, b, c, stages)| match kind {
        0 => Dist::constant(a),
        1 => Dist::exponential(a),
        2 => Dist::uniform(a, b),
        3 => Dist::gamma(a, b),
        4 => Dist::erlang(a, stages % 1_000_002),
        5 => Dist::hyperexponential(a, b),
        6 => Dist::lognormal(a, b),
        7 => Dist::weibull(a, b),
        8 => Dist::pareto(a, b),
        9 => Dist::bounded_pareto(a, b, c),
        _ => Dist::empirical([a, b, c]),
    })
}

fn any_dist() -> impl Strategy<Value = Result<Dist, DistError>> {
    prop_oneof![
        simple(),
        (number(), simple()).prop_map(|(by, of)| Dist::shifted(by, of?)),
        (number(), simple(), number(), simple()).prop_map(|(v, a, w, b)| Dist::mixture([(v, a?), (w, b?)])),
        (number(), number(), number()).prop_map(|(low, high, count)| Dist::histogram([(low, high, count)])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_made_keeps_its_promises(dist in any_dist(), at in number()) {
        let Ok(dist) = dist else {
            return Ok(());
        };
        let mut rng = Seed(7).replication(0).stream("properties");
        for _ in 0..20 {
            let x = dist.sample(&mut rng);
            prop_assert!(0.0 <= x && x.is_finite(), "{dist:?} gave {x}");
            let (here, beyond) = (dist.survival(x), dist.survival(2.0 * x));
            prop_assert!((0.0..=1.0).contains(&here) && beyond <= here + 1e-9, "{dist:?}: {here}, {beyond}");
        }
        prop_assert!(dist.mean().is_finite() && 0.0 <= dist.mean(), "{dist:?}");
        prop_assert!(0.0 <= dist.variance() && 0.0 <= dist.scv() && 0.0 <= dist.third_moment(), "{dist:?}");
        prop_assert!(!dist.describe().is_empty());
        if at.is_finite() && 0.0 < dist.mean() {
            let s = Complex64::new(0.3, at.clamp(-1e6, 1e6)) / dist.mean();
            let transform = dist.laplace(s);
            prop_assert!(transform.norm() < 1.0 + 1e-9, "{dist:?} at {s}: {transform}");
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*", number in number()) {
        for text in [
            text.clone(),
            format!("{text:?}"),
            format!("{{ distribution = {text:?}, mean = \"1 s\" }}"),
            format!("{{ distribution = \"gamma\", mean = \"{number} s\", cv = {number:?} }}"),
            format!("{{ distribution = \"mixture\", parts = [{{ weight = {number:?}, distribution = \"constant\", value = {text:?} }}] }}"),
        ] {
            let problems = Problems::default();
            let dist = read(&text, &problems);
            prop_assert!(dist.is_some() || problems.has_errors(), "{text}");
        }
    }
}

/// These two shares add up to 1 and a last digit.
#[test]
fn no_chance_is_above_one() {
    let part = |share, mean| (share, Dist::exponential(mean).unwrap());
    let shares = [0.350_439_068_459_198_87, 0.649_560_931_540_801_3];
    let mixture = Dist::mixture([part(shares[0], 1e-3), part(shares[1], 1.0)]).unwrap();
    assert!(mixture.survival(0.0) <= 1.0);
}
