//! Things that come again and again, of which only those beside a certain moment matter.

use crate::{
    rng::Stream,
    units::{SimDuration, SimTime},
};

/// How long a beat takes and how long it is to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beat {
    pub takes: SimDuration,
    pub pause: SimDuration,
    /// The most by which a pause is longer or shorter, as a share of it.
    pub jitter: f64,
}

/// Beats that are drawn one by one before chance is asked where a moment falls among so many of them.
const ONE_BY_ONE: u64 = 64;

impl Beat {
    /// Returns the time from the end of a beat to the next, drawn anew.
    pub(super) fn draw(&self, rng: &mut Stream) -> SimDuration {
        if self.jitter == 0.0 {
            return self.pause;
        }
        self.pause.scaled(1.0 + self.jitter * (2.0 * rng.open01() - 1.0))
    }

    /// Returns the last beat that begins before `now` and the first one after it or just then. `first` is one that is known,
    /// and beats have followed it in this rhythm; before it there was none.
    pub(super) fn around(
        &self,
        first: SimTime,
        now: SimTime,
        rng: &mut Stream,
    ) -> (Option<SimTime>, SimTime) {
        if now <= first {
            return (None, first);
        }
        let cycle = (self.takes + self.pause).as_nanos().max(1);
        let since = now.since(first).as_nanos();
        if self.jitter == 0.0 {
            let last = first + SimDuration::from_nanos((since - 1) / cycle * cycle);
            return (Some(last), last + SimDuration::from_nanos(cycle));
        }
        if since / cycle <= ONE_BY_ONE {
            let mut last = first;
            loop {
                let next = last + self.takes + self.draw(rng);
                if now <= next {
                    return (Some(last), next);
                }
                last = next;
            }
        }
        // After so many, a moment falls into a cycle in proportion to its length, and anywhere in it.
        let longest = self.takes.as_secs_f64() + self.pause.as_secs_f64() * (1.0 + self.jitter);
        loop {
            let length = self.takes + self.draw(rng);
            if rng.open01() * longest <= length.as_secs_f64() {
                let before = length.scaled(rng.open01()).max(SimDuration::from_nanos(1));
                let last = SimTime::from_nanos(now.as_nanos() - before.as_nanos().min(now.as_nanos()));
                return (Some(last), last + length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    fn seconds(seconds: f64) -> SimDuration {
        SimDuration::from_secs_f64(seconds)
    }

    #[test]
    fn a_regular_rhythm_is_found_again_to_the_nanosecond() {
        let mut rng = Seed(1).replication(0).stream("rhythm");
        let beat = Beat {
            takes: seconds(1.0),
            pause: seconds(2.0),
            jitter: 0.0,
        };
        let first = SimTime::ZERO + seconds(0.5);
        let mut around = |now: f64| {
            let (last, next) = beat.around(first, SimTime::ZERO + seconds(now), &mut rng);
            (last.map(SimTime::as_secs_f64), next.as_secs_f64())
        };
        assert_eq!(around(0.2), (None, 0.5));
        assert_eq!(around(0.5), (None, 0.5));
        assert_eq!(around(0.6), (Some(0.5), 3.5));
        assert_eq!(around(3.5), (Some(0.5), 3.5));
        assert_eq!(around(3.500_000_001), (Some(3.5), 6.5));
        assert_eq!(around(300.5), (Some(297.5), 300.5));
    }

    /// Beat by beat or by chance: the time to the next beat has the mean of what is left of a cycle, E C² / (2 E C).
    #[test]
    fn a_jittered_rhythm_is_found_by_chance_as_beat_by_beat() {
        let mut rng = Seed(1).replication(0).stream("rhythm");
        let beat = Beat {
            takes: seconds(1.0),
            pause: seconds(10.0),
            jitter: 0.5,
        };
        let expected = (121.0 + 25.0 / 3.0) / 22.0;
        for cycles in [60.0, 600.0] {
            let mut sum = 0.0;
            for trial in 0..40_000 {
                let now = SimTime::ZERO + seconds(cycles * 11.0 + f64::from(trial) * 11.0 / 40_000.0);
                let (last, next) = beat.around(SimTime::ZERO, now, &mut rng);
                assert!(last.unwrap() < now && now <= next);
                sum += next.since(now).as_secs_f64();
            }
            // The standard error is 0.016.
            let mean = sum / 40_000.0;
            assert!(
                (mean - expected).abs() < 0.06,
                "{cycles}: {mean} against {expected}"
            );
        }
    }
}
