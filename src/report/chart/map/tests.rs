//! The layout of maps.

use super::*;
use crate::report::chart::scene::Item;

/// Response times of one queue per server, by load and by servers.
fn map(columns: usize, rows: usize) -> PlaneMap {
    let rate = |at: usize| 100.0 * (at + 1) as f64;
    let servers = |at: usize| 2.0 + at as f64;
    let cell = |at: usize, row: usize| {
        let free = 100.0 * servers(row) - rate(at);
        MapCell {
            value: (0.0 < free).then(|| 1.0 / free),
            is_lost: free <= 0.0,
            told: format!("rate = {}, servers = {}", rate(at), servers(row)),
        }
    };
    PlaneMap {
        title: "response p99".to_owned(),
        unit: Unit::Seconds,
        x: MapAxis {
            caption: "workload.shoppers.arrivals.rate (/s)".to_owned(),
            is_log: false,
            values: (0..columns)
                .map(|at| (rate(at), format!("{}", rate(at))))
                .collect(),
        },
        y: MapAxis {
            caption: "service.web.servers".to_owned(),
            is_log: false,
            values: (0..rows)
                .map(|at| (servers(at), format!("{}", servers(at))))
                .collect(),
        },
        rows: (0..rows)
            .map(|row| MapRow {
                full: Some(100.0 * servers(row)),
                cells: (0..columns).map(|at| cell(at, row)).collect(),
            })
            .collect(),
        contours: vec![Contour {
            label: "p99 ≤ 20 ms".to_owned(),
            lines: vec![vec![(150.0, 2.0), (350.0, 4.0)]],
        }],
        limits: vec![0.02],
    }
}

fn scene(map: &PlaneMap, width: f64) -> Scene {
    let mut scene = Scene::new(width, map.height(4.0, width - 4.0));
    map.draw(&mut scene, (4.0, width - 4.0), 0.0);
    scene
}

fn tips(scene: &Scene) -> Vec<(Rect, &str)> {
    let tip = |item| match item {
        &Item::Tip { rect, ref text } => Some((rect, text.as_str())),
        _ => None,
    };
    scene.items.iter().filter_map(tip).collect()
}

#[test]
fn no_text_covers_another_or_leaves_the_picture_wide_or_narrow() {
    for (columns, rows) in [(2, 2), (7, 4), (16, 16), (40, 6), (3, 60)] {
        for width in [960.0, 340.0] {
            let scene = scene(&map(columns, rows), width);
            let boxes = scene.text_boxes();
            for (at, (rect, text)) in boxes.iter().enumerate() {
                assert!(
                    scene.frame().contains(*rect),
                    "{columns} × {rows} at {width}: {text}"
                );
                for (other, beside) in &boxes[..at] {
                    assert!(
                        !rect.overlaps(*other),
                        "{columns} × {rows} at {width}: {text} over {beside}"
                    );
                }
            }
        }
    }
}

#[test]
fn cells_tile_the_plane_and_say_what_they_are() {
    let map = map(7, 4);
    let scene = scene(&map, 960.0);
    let tips = tips(&scene);
    assert_eq!(tips.len(), 28);
    assert_eq!(tips[0].1, "rate = 100, servers = 2");
    let area: f64 = tips.iter().map(|(rect, _)| rect.width() * rect.height()).sum();
    let plot = map.layout((4.0, 956.0), 0.0).plot;
    assert!(
        (area / (plot.width() * plot.height()) - 1.0).abs() < 1e-9,
        "{area}"
    );
    for (at, (rect, text)) in tips.iter().enumerate() {
        assert!(
            tips[..at]
                .iter()
                .all(|(other, _)| !other.grown(-0.01).overlaps(*rect)),
            "{text}"
        );
    }
}

/// The cell of 100 /s of two servers reaches to 200 /s, where they have no more to give, and not only halfway.
#[test]
fn colours_end_where_the_steady_state_does_and_hatching_begins() {
    let map = map(7, 4);
    let edges = map.x.edges_of(&map.rows[0]);
    assert!(
        (edges[0] - 50.0).abs() < 1e-9 && (edges[1] - 200.0).abs() < 1e-9,
        "{edges:?}"
    );
    let scene = scene(&map, 960.0);
    let filled = |rect: Rect| {
        scene
            .items
            .iter()
            .any(|item| matches!(item, Item::Rect { rect: other, .. } if *other == rect))
    };
    for (cell, (rect, text)) in map.cells().zip(tips(&scene)) {
        assert_eq!(filled(rect), !cell.is_lost, "{text}");
    }
}

#[test]
fn equal_ratios_are_equally_wide_on_a_logarithmic_axis() {
    let axis = MapAxis {
        is_log: true,
        values: [1.0, 10.0, 100.0].map(|at| (at, String::new())).to_vec(),
        ..MapAxis::default()
    };
    let places: Vec<f64> = axis.edges().into_iter().map(f64::log10).collect();
    for (got, expected) in places.iter().zip([-0.5, 0.5, 1.5, 2.5]) {
        assert!((got - expected).abs() < 1e-12, "{places:?}");
    }
}

#[test]
fn numbers_stand_in_the_cells_where_they_have_room_and_off_the_line() {
    let texts = |columns, width| {
        let scene = scene(&map(columns, 4), width);
        scene
            .text_boxes()
            .iter()
            .filter(|(_, text)| text == "3.33 ms")
            .count()
    };
    assert!(0 < texts(7, 960.0));
    assert_eq!(texts(40, 340.0), 0);
    let map = map(7, 4);
    let scene = scene(&map, 960.0);
    let layout = map.layout((4.0, 956.0), 0.0);
    // The line goes through the middle of the cell of 200 /s and three servers, whose number makes room.
    let middle = (layout.x.place(200.0), layout.y.place(2.5));
    let near = Rect::around(middle, 3.0);
    assert!(scene.text_boxes().iter().all(|(rect, _)| !rect.overlaps(near)));
}

#[test]
fn a_map_without_numbers_is_drawn_all_the_same() {
    let mut nothing = map(3, 3);
    for cell in nothing.rows.iter_mut().flat_map(|row| &mut row.cells) {
        *cell = MapCell::default();
    }
    assert!(scene(&nothing, 960.0).encode().is_ok());
    assert!(scene(&PlaneMap::default(), 340.0).encode().is_ok());
    let mut alike = map(3, 3);
    for cell in alike.rows.iter_mut().flat_map(|row| &mut row.cells) {
        cell.value = Some(0.25);
    }
    let svg = alike.svg(500.0, "a map");
    assert!(svg.contains("<title>rate = 100, servers = 2</title>"), "{svg}");
}
