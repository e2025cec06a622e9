//! The next step: the cheapest deployment that carries what the answer does not any more.

use std::sync::atomic::Ordering;

use super::{
    field::Field,
    growth::{Look, Next, Outlook, Step, grown},
    hope,
    search::{look, measured_cost, sound},
};
use crate::{
    experiment::{plan::Cost, sweep::Made},
    scenario::{Goal, Scenario},
};

impl Outlook<'_> {
    /// Finds the next step among all that were not turned down `before`, other than the answer with these values. It is searched
    /// for as the answer was, and judged by estimates as the growth is.
    pub(super) fn next(&self, load: f64, answer: &[String], before: &Field) -> Next {
        let planning = self.court.planning;
        let mut field = Field::new(&planning.axes, |values| {
            Some(look(&planning.minimise, &more(&(self.make)(values, &[])?, load)))
        });
        field.turn_down(answer, before);
        let loaded = |values: &[String]| {
            let scenario = grown(&sound(self.make, values)?, load);
            (!scenario.is_overloaded()).then_some(scenario)
        };
        hope::look_first(&mut field, planning, loaded);
        let mut best: Option<(f64, Step)> = None;
        while let Some(spot) = field.next() {
            if self.court.conduct.stop.load(Ordering::Relaxed) {
                return Next::Unknown;
            }
            let values = field.values(spot);
            let found = match sound(self.make, &values) {
                Some(scenario) => self.look(&values, &scenario, load),
                None => Some(Look::Bad(None)),
            };
            let outcomes = match found {
                None => return Next::Unknown,
                Some(Look::Bad(_)) => {
                    field.settle(spot, false);
                    continue;
                }
                Some(Look::Good(outcomes)) => outcomes,
            };
            field.settle(spot, true);
            let usual = outcomes.iter().find(|(case, _)| *case == 0);
            let cost = match &planning.minimise {
                Goal::Servers | Goal::Cost => field.cost(spot).map(|value| Cost {
                    value,
                    interval: None,
                }),
                goal => usual.and_then(|(_, results)| measured_cost(goal, results)),
            };
            let Some(cost) = cost else { continue };
            field.drop_from(cost.value);
            if best.as_ref().is_none_or(|(least, _)| cost.value < *least) {
                let step = Step {
                    values,
                    cost,
                    outcomes,
                };
                best = Some((cost.value, step));
            }
        }
        best.map_or(Next::None, |(_, step)| Next::Step(step))
    }
}

/// Returns a candidate with so many times the load.
fn more(made: &Made, load: f64) -> Made {
    let scenario: Box<Scenario> = Box::new(grown(made.scenario(), load));
    if matches!(made, Made::Overloaded(_)) || scenario.is_overloaded() {
        Made::Overloaded(scenario)
    } else {
        Made::Sound(scenario)
    }
}
