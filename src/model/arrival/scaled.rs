//! More of the same load: any process, at a multiple of its rate.
//!
//! Requests come closer together in the proportion of the factor, each as it is: a process of any kind keeps its kind, and the
//! same stream gives the same requests. Sessions begin more often and go on as before, clients in a closed loop become more,
//! and a daily profile keeps its hours.

use super::{Arrival, ArrivalPlan, Arrivals, Nature, closed, profile};
use crate::{
    rng::Stream,
    units::{RateOrZero, SimDuration, SimTime},
};

impl ArrivalPlan {
    /// Returns the process at `factor` times its rate, which is above zero.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let nature = match &self.nature {
            Nature::Closed { clients, think } => {
                let clients = (f64::from(*clients) * factor).round().max(1.0);
                return closed::plan(clients as u32, think.clone());
            }
            Nature::Profile { points } => {
                let more = |&(since, rate): &(f64, f64)| {
                    let rate = RateOrZero::per_second(rate * factor)?;
                    Some((SimDuration::from_secs_f64(since), rate))
                };
                let points: Option<Vec<_>> = points.iter().map(more).collect();
                return points
                    .and_then(|points| profile::plan(&points))
                    .expect("a profile of higher rates is one");
            }
            Nature::Poisson { rate } => Nature::Poisson { rate: rate * factor },
            Nature::Renewal { gap } => Nature::Renewal {
                gap: gap.scaled(1.0 / factor),
            },
            Nature::Correlated { rate } => Nature::Correlated { rate: rate * factor },
            Nature::Batches { rate, size } => Nature::Batches {
                rate: rate * factor,
                size: *size,
            },
            Nature::Sessions { rate } => Nature::Sessions { rate: rate * factor },
            Nature::Trace {
                rate,
                gap_scv,
                work,
                keyed,
            } => Nature::Trace {
                rate: rate * factor,
                gap_scv: *gap_scv,
                work: *work,
                keyed: *keyed,
            },
        };
        let (answers, build) = (self.answers, self.build.clone());
        let plan = Self::new(self.name, nature, move |origin| Scaled {
            inner: build(origin),
            factor,
        });
        Self { answers, ..plan }
    }
}

struct Scaled {
    inner: Box<dyn Arrivals>,
    factor: f64,
}

impl Arrivals for Scaled {
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime> {
        let at = self.inner.next(rng)?;
        Some(SimTime::from_nanos(
            (at.as_nanos() as f64 / self.factor).round() as u64
        ))
    }

    fn arrival(&self) -> Option<&Arrival> {
        self.inner.arrival()
    }

    // By itself a client goes on as before.
    fn answered(&mut self, client: u32, now: SimTime) -> Option<SimTime> {
        self.inner.answered(client, now)
    }
}

#[cfg(test)]
mod tests {
    use crate::model::arrival::testing::{agrees, gap_moments, plan, serve};

    #[test]
    fn every_process_comes_at_a_multiple_of_its_rate_and_keeps_its_kind() {
        for text in [
            "process = \"poisson\"\nrate = \"250 /s\"",
            "process = \"constant\"\nrate = \"250 /s\"",
            "process = \"batches\"\nrate = \"50 /s\"\nsize = 5",
        ] {
            let plain = plan(text);
            let more = plain.scaled(1.6);
            let (gap, scv) = gap_moments(&plain, 50_000);
            let (shorter, same) = gap_moments(&more, 50_000);
            agrees(shorter, gap / 1.6, gap / 1.5, 0.001);
            assert!((same - scv).abs() < 1e-3, "{text}: {same} and {scv}");
            assert_eq!(more.nature.rate(), plain.nature.rate().map(|rate| rate * 1.6));
        }
    }

    #[test]
    fn clients_become_more_and_sessions_begin_more_often() {
        let think = "think = { distribution = \"exponential\", mean = \"1 s\" }";
        let clients = plan(&format!("process = \"closed\"\nclients = 20\n{think}")).scaled(1.5);
        assert_eq!(serve(&clients, 4.0, 20_000).outstanding_max, 30);
        let sessions = plan(&format!(
            "process = \"sessions\"\nrate = \"10 /s\"\nrequests = 6\n{think}"
        ))
        .scaled(2.0);
        assert!(sessions.answers);
        let served = serve(&sessions, 0.5, 200_000);
        agrees(
            served.requests as f64 / served.end.as_secs_f64(),
            120.0,
            124.0,
            0.02,
        );
    }

    #[test]
    fn a_day_keeps_its_hours() {
        let day = plan(
            "process = \"profile\"\npoints = [[\"0 s\", \"1 /s\"], [\"2 min\", \"5 /s\"], [\"4 min\", \"1 /s\"]]",
        );
        let more = day.scaled(2.0);
        let super::Nature::Profile { points } = more.nature else {
            panic!("{:?}", more.nature);
        };
        assert_eq!(points, [(0.0, 2.0), (120.0, 10.0), (240.0, 2.0)]);
    }
}
