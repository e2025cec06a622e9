//! The Laplace–Stieltjes transform, against published closed forms, high-precision values and the moments.

use num_complex::Complex64;

use super::{Dist, DistError, examples};

/// Makes a distribution, and its transform at each of the [`POINTS`]: real and imaginary part.
type Reference = (fn() -> Result<Dist, DistError>, [(f64, f64); 3]);

const POINTS: [Complex64; 3] = [
    Complex64::new(1.0, 0.0),
    Complex64::new(0.5, 20.0),
    Complex64::new(0.0, 300.0),
];

/// Worked out with 25 to 30 digits: Pareto as `a·q^a·Γ(−a, q)` by the incomplete gamma function, the others by
/// adaptive quadrature with every oscillation resolved.
const REFERENCES: [Reference; 13] = [
    (
        || Dist::pareto(1.0, 1.05),
        [
            (0.842_381_233_151_742_3, 0.0),
            (-0.041_397_797_425_112_71, -0.521_066_067_149_799_1),
            (-0.072_129_156_272_211_67, 0.000_697_542_252_653_608_4),
        ],
    ),
    (
        || Dist::pareto(1.0, 2.0),
        [
            (0.443_208_728_550_356_9, 0.0),
            (0.039_852_738_562_823_61, 0.139_940_629_355_103_9),
            (0.009_712_910_365_751_753, -0.009_127_913_672_016_432),
        ],
    ),
    (
        || Dist::pareto(1.0, 200.0),
        [
            (0.367_884_070_406_285_4, 0.0),
            (0.246_606_250_651_179, -0.550_824_421_044_789_6),
            (-0.286_760_776_365_896_3, 0.475_692_110_787_057),
        ],
    ),
    (
        || Dist::bounded_pareto(0.1, 10.0, 1.1),
        [
            (0.747_542_420_815_211_4, 0.0),
            (-0.352_776_096_318_370_2, -0.078_156_454_381_021_9),
            (0.036_593_495_923_327_404, -0.003_136_630_858_868_840_7),
        ],
    ),
    (
        || Dist::bounded_pareto(0.5, 1.5, 0.02),
        [
            (0.419_200_316_359_804_76, 0.0),
            (0.016_764_311_840_695_482, 0.064_751_192_718_552_45),
            (0.003_050_991_476_761_019, -0.005_723_652_626_826_834),
        ],
    ),
    (
        || Dist::bounded_pareto(1.0, 1.5, 20.0),
        [
            (0.349_576_387_639_011_17, 0.0),
            (-0.142_814_984_811_146_24, -0.388_451_591_268_713_5),
            (0.066_219_048_894_226_67, 0.006_096_733_709_641_645),
        ],
    ),
    (
        || Dist::lognormal(1.0, 0.05),
        [
            (0.368_338_429_810_783_24, 0.0),
            (0.167_256_686_021_759_78, -0.329_241_498_193_019_4),
            (-6.439_461_928_195_639e-33, 3.472_106_426_865_112_6e-33),
        ],
    ),
    (
        || Dist::lognormal(1.0, 1.5),
        [
            (0.532_154_883_682_905_4, 0.0),
            (-0.041_046_760_234_745_225, -0.022_146_929_966_796_05),
            (3.234_205_188_570_272e-05, 4.608_853_199_306_045e-05),
        ],
    ),
    (
        || Dist::lognormal(1.0, 8.0),
        [
            (0.742_173_864_725_371_7, 0.0),
            (0.224_780_652_459_073_17, -0.232_981_040_696_815_3),
            (0.002_121_473_989_077_485_7, -0.045_424_137_380_084_585),
        ],
    ),
    (
        || Dist::weibull(1.0, 0.05),
        [
            (0.368_346_764_809_576_6, 0.0),
            (0.116_894_149_447_289_86, -0.365_833_410_720_474_8),
            (4.585_974_138_290_451e-09, -1.038_326_167_444_549e-09),
        ],
    ),
    (
        || Dist::weibull(1.0, 0.5),
        [
            (0.412_148_112_212_248, 0.0),
            (-0.003_159_743_083_331_375, 0.000_342_068_016_658_825_53),
            (-1.049_368_960_809_983e-05, 1.684_901_694_024_258_1e-06),
        ],
    ),
    (
        || Dist::weibull(1.0, 2.0),
        [
            (0.634_153_386_482_707_2, 0.0),
            (0.158_335_492_702_077_5, -0.141_804_512_337_645_7),
            (0.035_934_204_735_041, -0.038_972_304_172_557_16),
        ],
    ),
    (
        || Dist::weibull(1.0, 20.0),
        [
            (0.906_968_474_638_173, 0.0),
            (0.758_547_435_516_394_4, -0.097_577_107_419_332_97),
            (0.572_747_010_609_887_5, -0.105_558_688_167_366_1),
        ],
    ),
];

#[test]
fn transforms_match_values_of_high_precision() {
    for (make, values) in REFERENCES {
        let dist = make().unwrap();
        for (s, (re, im)) in POINTS.into_iter().zip(values) {
            let (got, expected) = (dist.laplace(s), Complex64::new(re, im));
            let apart = (got - expected).norm();
            assert!(apart < 1e-12, "{} at {s}: {got} vs {expected}", dist.describe());
            // The other half of the plane is right too.
            let apart = (dist.laplace(s.conj()) - expected.conj()).norm();
            assert!(apart < 1e-12, "{} at the conjugate of {s}", dist.describe());
        }
    }
}

/// For `h → 0`, `Im L(ih) = −h·E[X] + O(h³)`, or `O(h^a)` when a Pareto tail of shape `a` comes first.
#[test]
fn the_slope_at_zero_is_minus_the_mean() {
    for (name, dist) in examples() {
        let h = 1e-6;
        let slope = dist.laplace(Complex64::new(0.0, h / dist.mean())).im / h;
        assert!((slope + 1.0).abs() < 1e-6, "{name}: {slope}");
        let start = dist.laplace(Complex64::ZERO);
        assert_eq!(start, Complex64::ONE, "{name}");
    }
}

/// `L(s) = 1 − s·∫ e^(−sx)·P(X > x) dx`, for every kind.
#[test]
fn transforms_match_the_integral_of_the_survival_function() {
    for (name, dist) in examples() {
        let s = Complex64::new(1.0, 3.0) / dist.mean();
        let step = 5e-4;
        let slice = |index: i32| {
            let x = dist.mean() * (f64::from(index) * step + step / 2.0).exp();
            (-s * x).exp() * dist.survival(x) * x * step
        };
        let expected = 1.0 - s * (-50_000..10_000).map(slice).sum::<Complex64>();
        let got = dist.laplace(s);
        // The midpoint rule misplaces a step by up to half of its own.
        let tolerance = if matches!(dist, Dist::Constant(_) | Dist::Empirical(_)) {
            2e-3
        } else {
            1e-6
        };
        assert!((got - expected).norm() < tolerance, "{name}: {got} vs {expected}");
    }
}

/// The series near zero and the quotient farther out must meet.
#[test]
fn the_uniform_transform_is_smooth_where_its_formulas_meet() {
    let dist = Dist::uniform(0.0, 1.0).unwrap();
    let [inside, outside] =
        [0.099_999_999_9, 0.100_000_000_1].map(|s| dist.laplace(Complex64::new(s, 0.0)).re);
    // Over 2e-10 the transform falls by its slope, −1/2 + s/3 − s²/8 + s³/30 at s = 0.1.
    let fall = 2e-10 * (0.5 - 0.1 / 3.0 + 0.01 / 8.0 - 0.001 / 30.0);
    assert!((inside - outside - fall).abs() < 3e-15, "{inside} {outside}");
}

/// More samples than groups: close to the exact sum, which must not be the same by accident.
#[test]
fn the_transform_of_very_many_samples_is_grouped() {
    let values: Vec<f64> = (1..=20_000).map(|i| -(f64::from(i) / 20_001.0).ln()).collect();
    let dist = Dist::empirical(values.iter().copied()).unwrap();
    let s = Complex64::new(0.5, 2.0);
    let exact = values.iter().map(|&x| (-s * x).exp()).sum::<Complex64>() / 20_000.0;
    let apart = (dist.laplace(s) - exact).norm();
    assert!(0.0 < apart && apart < 1e-4, "{apart}");
}
