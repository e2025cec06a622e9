//! Shedding by priority: the longer the queue, the more urgent a request must be to join it.
//!
//! As the criticality of requests decides who is turned away first: Beyer, Jones, Petoff and Murphy, *Site Reliability
//! Engineering*, 2016, ch. 21.

use super::{ShedPlan, Shedder};
use crate::{
    config::{Entry, Section, Spanned, Table},
    units::SimTime,
};

pub(super) const ENTRY: Entry<ShedPlan> = Entry {
    name: "priority",
    summary: "the longer the queue, the more urgent a request must be to join it",
    example: "levels = [{ waiting = 10, keep = 1 }, { waiting = 30, keep = 0 }]",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Shedding by priority.
    struct Settings: "shedding by priority" {
        /// From which lengths on who may still join, the shortest first.
        levels: Spanned<Vec<Spanned<Level>>>,
    }
}

crate::config_table! {
    /// A length of a queue.
    pub struct Level: "a level" {
        /// Requests that wait in the queue, at least 1.
        pub waiting: u32,
        /// With that many or more, requests of this priority join it still, and more urgent ones; all others are
        /// rejected.
        pub keep: u32,
    }
}

fn read(section: &Section<'_>) -> Option<ShedPlan> {
    let Settings { levels } = Settings::read_fields(section)?;
    let problems = section.problems();
    if levels.is_empty() {
        let help = "add one like `{ waiting = 10, keep = 0 }`";
        problems.error(&levels.span, "there are no levels", "none", help);
        return None;
    }
    let mut sound = true;
    let mut before: Option<&Level> = None;
    for level in levels.iter() {
        let longer = before.map_or(0 < level.waiting, |before| before.waiting < level.waiting);
        let stricter = before.is_none_or(|before| level.keep < before.keep);
        if !longer || !stricter {
            let fault = "each level is for a longer queue than the one before, and keeps less";
            let help = "raise `waiting` and lower `keep` from level to level";
            problems.error(&level.span, fault, "this one", help);
            sound = false;
        }
        before = Some(level);
    }
    let levels: Vec<(u32, u32)> = levels.iter().map(|level| (level.waiting, level.keep)).collect();
    sound.then(|| {
        ShedPlan::new(ENTRY.name, move |_| Priority {
            levels: levels.clone(),
        })
    })
}

struct Priority {
    levels: Vec<(u32, u32)>,
}

impl Shedder for Priority {
    fn admits(&mut self, _: usize, priority: u8, waiting: u32, _: SimTime) -> bool {
        let reached = self.levels.iter().rev().find(|(from, _)| *from <= waiting);
        reached.is_none_or(|&(_, keep)| u32::from(priority) <= keep)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::units::SimTime;

    #[test]
    fn the_longer_the_queue_the_fewer_may_join() {
        let plan = read(
            "{ policy = \"priority\", levels = [{ waiting = 10, keep = 1 }, { waiting = 30, keep = 0 }] }",
        );
        let mut shedder = (plan.unwrap().build)(1);
        for (waiting, most) in [(0, 255), (9, 255), (10, 1), (29, 1), (30, 0), (1_000, 0)] {
            let joins = |priority| shedder.admits(0, priority, waiting, SimTime::ZERO);
            let joining: Vec<u8> = [0, 1, 2, 255]
                .into_iter()
                .filter(|&priority| most >= priority)
                .collect();
            let got: Vec<u8> = [0, 1, 2, 255]
                .into_iter()
                .filter({
                    let mut joins = joins;
                    move |&priority| joins(priority)
                })
                .collect();
            assert_eq!(got, joining, "{waiting} wait");
        }
    }

    #[test]
    fn levels_rise() {
        for levels in [
            "[]",
            "[{ waiting = 0, keep = 1 }]",
            "[{ waiting = 5, keep = 1 }, { waiting = 5, keep = 0 }]",
            "[{ waiting = 5, keep = 1 }, { waiting = 6, keep = 1 }]",
        ] {
            assert!(
                read(&format!("{{ policy = \"priority\", levels = {levels} }}")).is_err(),
                "{levels}"
            );
        }
    }
}
