//! What is written of axes, and what it means.

use super::*;

fn values(text: &str) -> Vec<String> {
    text.parse::<Axis>().unwrap().values
}

#[test]
fn a_range_has_its_ends_and_round_numbers_between_them() {
    assert_eq!(
        values("w.rate=100/s..1000/s:10"),
        [
            "100/s", "200/s", "300/s", "400/s", "500/s", "600/s", "700/s", "800/s", "900/s", "1000/s"
        ]
    );
    assert_eq!(values("s.servers=4..8"), ["4", "5", "6", "7", "8"]);
    assert_eq!(values("s.servers=1..100:3"), ["1", "51", "100"]);
    assert_eq!(values("s.share=0.5..1:3"), ["0.5", "0.75", "1"]);
    assert_eq!(
        values("x.y=1 ms..1000 ms:4:log"),
        ["1 ms", "10 ms", "100 ms", "1000 ms"]
    );
    assert_eq!(values("x.y=1..3 /s:3"), ["1 /s", "2 /s", "3 /s"]);
}

#[test]
fn listed_numbers_are_a_scale_and_names_are_none() {
    let axis: Axis = "s.slots=1,2,8".parse().unwrap();
    assert!(axis.scale.as_ref().is_some_and(|scale| scale.whole));
    assert_eq!(axis.number("8"), Some(8.0));
    let axis: Axis = "s.balancer=random,power-of-d".parse().unwrap();
    assert_eq!((axis.scale, axis.values.len()), (None, 2));
}

#[test]
fn what_lies_between_is_round_and_different_from_both() {
    let axis: Axis = "w.rate=100/s..1000/s".parse().unwrap();
    assert_eq!(axis.between(800.0, 900.0), Some(850.0));
    assert_eq!(axis.write(850.0), "850/s");
    assert_eq!(axis.between(1.0, 1.0), None);
    let whole: Axis = "s.servers=4..16".parse().unwrap();
    assert_eq!(
        (whole.between(4.0, 6.0), whole.between(4.0, 5.0)),
        (Some(5.0), None)
    );
    let log: Axis = "s.x=0.001..1:log".parse().unwrap();
    assert!((log.between(0.01, 1.0).unwrap() - 0.1).abs() < 0.01);
}

#[test]
fn commas_inside_of_a_value_do_not_split_it() {
    assert_eq!(
        values("s.balancer=random, { policy = \"power-of-d\", d = 3 },\"a,b\""),
        ["random", "{ policy = \"power-of-d\", d = 3 }", "\"a,b\""]
    );
}

#[test]
fn a_wrong_axis_says_what_a_good_one_looks_like() {
    for (text, expected) in [
        ("servers", "there is no `=` in it"),
        ("a=", "a path or a value is empty"),
        ("a=1,2,1", "value 3 repeats `1`"),
        ("a=9..1", "a range goes upwards"),
        ("a=0..1:log", "begins above 0"),
        ("a=1 ms..1 s", "have different units"),
        ("a=1..9:1", "`1` is no number of points"),
        ("a=1..x", "`x` is no number"),
    ] {
        let error = text.parse::<Axis>().unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
}
