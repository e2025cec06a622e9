//! The contract of all disciplines, against twins that search a plain list for who goes next.

use super::{
    testing::{Queues, waiting},
    *,
};
use crate::{
    config::{self, Problems},
    model::request::Needs,
    rng::Seed,
};

/// One waiting request as the twin keeps it, in the order of the line.
#[derive(Clone, Copy, Debug)]
struct Person {
    request: RequestId,
    priority: u8,
    work_ms: u64,
}

fn build(entry: &Entry<DisciplinePlan>, queues: usize) -> Queues {
    let problems = Problems::default();
    let node = config::parse(entry.example, 0, &problems);
    let section = crate::config::Section::open(&node, "a queue", &problems).unwrap();
    let plan = (entry.read)(&section).unwrap();
    section.finish();
    assert!(problems.is_empty(), "{}: {problems:?}", entry.name);
    assert_eq!(plan.name, entry.name);
    Queues::new((plan.build)(queues), queues)
}

/// The place of who goes next, by the definition of the order; `None` where chance decides.
fn next_in(line: &[Person], order: Order) -> Option<usize> {
    // `min_by_key` keeps the first of several, so equals stay in line.
    let least = |key: fn(&Person) -> u64| (0..line.len()).min_by_key(|&place| key(&line[place]));
    match order {
        Order::Fifo | Order::Shared => Some(0),
        Order::Lifo => Some(line.len() - 1),
        Order::Adaptive { from } if line.len() < from as usize => Some(0),
        Order::Adaptive { .. } => Some(line.len() - 1),
        Order::Random => None,
        Order::Priority { .. } => least(|person| u64::from(person.priority)),
        Order::ShortestFirst => least(|person| person.work_ms),
    }
}

/// Where in the line one who was pushed aside stands again.
fn place_back(line: &[Person], order: Order, person: Person) -> usize {
    match order {
        Order::Fifo | Order::Shared => 0,
        Order::Priority { .. } => line
            .iter()
            .position(|other| other.priority == person.priority)
            .unwrap_or(line.len()),
        Order::Lifo | Order::Adaptive { .. } | Order::Random | Order::ShortestFirst => line.len(),
    }
}

/// Pushes, pops, removes and puts back at random, and says how often each was done.
fn walk_beside_a_twin(entry: &Entry<DisciplinePlan>, order: Order) -> [u32; 4] {
    let (queues, mut done) = (3, [0; 4]);
    let mut discipline = build(entry, queues);
    let mut lines: Vec<Vec<Person>> = vec![Vec::new(); queues];
    let mut requests = Requests::new(Needs::default());
    let mut rng = Seed(5).replication(0).stream(entry.name);
    let mut chance = Seed(6).replication(0).stream("walk");
    for step in 0..20_000 {
        let queue = chance.below(queues);
        // Long spells of growth and of decay, so that queues are long and empty by turns.
        let grow = if step / 500 % 2 == 0 { 6 } else { 2 };
        let action = match chance.below(10) {
            x if x < grow => 0,
            9 => 3,
            8 => 2,
            _ => 1,
        };
        let line = &mut lines[queue];
        if line.is_empty() && action != 0 {
            assert_eq!(discipline.pop(queue, &mut requests, &mut rng), None);
            continue;
        }
        done[action] += 1;
        if action == 0 {
            let (priority, work_ms) = (chance.below(4) as u8, chance.below(6) as u64);
            let request = waiting(&mut requests, priority, work_ms);
            discipline.push(queue, request, &mut requests);
            line.push(Person {
                request,
                priority,
                work_ms,
            });
            continue;
        }
        let person = if action == 2 {
            let person = line.remove(chance.below(line.len()));
            discipline.remove(queue, person.request, &mut requests);
            person
        } else {
            let got = discipline.pop(queue, &mut requests, &mut rng).unwrap();
            let place = line.iter().position(|person| person.request == got);
            let place = place.expect("taken from a queue in which it does not wait");
            let expected = next_in(line, order).unwrap_or(place);
            assert_eq!(place, expected, "{} at step {step}: {line:?}", entry.name);
            line.remove(place)
        };
        if action == 3 {
            line.insert(place_back(line, order, person), person);
            discipline.push_back_first(queue, person.request, &mut requests);
        } else {
            requests.remove(person.request);
        }
    }
    for (queue, line) in lines.iter_mut().enumerate() {
        while let Some(got) = discipline.pop(queue, &mut requests, &mut rng) {
            line.retain(|person| person.request != got);
            requests.remove(got);
        }
        assert!(line.is_empty(), "{}: {line:?} were lost", entry.name);
    }
    assert_eq!(requests.live(), 0, "{}: one was handed out twice", entry.name);
    done
}

#[test]
fn every_discipline_holds_each_request_once_and_follows_its_definition() {
    for entry in REGISTRY {
        let problems = Problems::default();
        let node = config::parse(entry.example, 0, &problems);
        let section = crate::config::Section::open(&node, "a queue", &problems).unwrap();
        let order = (entry.read)(&section).unwrap().order;
        let done = walk_beside_a_twin(entry, order);
        assert!(
            done.iter().all(|&count| 500 < count),
            "{done:?}: too little was tried"
        );
    }
}

/// The twin can fail: it tells every order from first come, first served but the one that is so by definition.
#[test]
fn the_twins_tell_the_orders_apart() {
    let differs = |entry: &'static Entry<DisciplinePlan>, order| {
        std::panic::catch_unwind(move || walk_beside_a_twin(entry, order)).is_err()
    };
    assert!(differs(&lifo::ENTRY, Order::Fifo));
    assert!(differs(&random::ENTRY, Order::Fifo));
    assert!(differs(&priority::ENTRY, Order::Fifo));
    assert!(differs(&shortest_first::ENTRY, Order::Fifo));
    assert!(differs(&fifo::ENTRY, Order::ShortestFirst));
}

#[test]
fn every_discipline_has_its_own_name_and_summary() {
    for (at, entry) in REGISTRY.iter().enumerate() {
        let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(entry.name.chars().all(kebab), "{}", entry.name);
        assert!(
            !entry.summary.is_empty() && !entry.summary.ends_with('.'),
            "{}",
            entry.summary
        );
        assert!(
            REGISTRY[..at].iter().all(|other| other.name != entry.name),
            "{}",
            entry.name
        );
    }
}
