//! Laws that hold on every sample path, checked in every run with sums of their own.
//!
//! - Flow balance: what was in flight and what arrived has ended or is in flight (Denning and Buzen, 1978).
//! - Little's law: the area under the number in a service is the sum of the times its requests spent there
//!   (Little, 1961; on the sample path: Stidham, 1974).
//! - The utilisation law: the area under the number of busy slots is the sum of the service times given.
//!
//! The first three are identities between whole numbers. A shared server hands out fractions of a nanosecond, and
//! there the work given must equal the work brought, to within the rounding of each end to a nanosecond.

use crate::units::SimTime;

/// The sums of one service.
#[derive(Clone, Debug, Default)]
pub(super) struct Audit {
    begin: SimTime,
    /// Nanoseconds that requests spent in the service since `begin`.
    sojourns: u128,
    /// Nanoseconds that slots gave to requests since `begin`.
    services: u128,
    /// Work in nanoseconds that shared servers gave, less what their finished requests had brought.
    shared_excess: f64,
    /// How much of that rounding explains.
    shared_rounding: f64,
}

impl Audit {
    /// Measuring begins.
    pub(super) fn begin(&mut self, now: SimTime) {
        *self = Self {
            begin: now,
            ..Self::default()
        };
    }
    /// A request has left the service, or is still there at the end.
    #[inline]
    pub(super) fn left(&mut self, arrived: SimTime, now: SimTime) {
        self.sojourns += u128::from(now.since(arrived.max(self.begin)).as_nanos());
    }
    /// A slot has stopped working on a request, or still works on it at the end.
    #[inline]
    pub(super) fn worked(&mut self, began: SimTime, now: SimTime) {
        self.services += u128::from(now.since(began.max(self.begin)).as_nanos());
    }
    /// A shared server of this speed has run empty. An end is rounded up to a nanosecond, at most `speed` of work.
    pub(super) fn shared_emptied(&mut self, given: f64, brought: f64, requests: u64, speed: f64) {
        self.shared_excess += (given - brought).abs();
        self.shared_rounding += requests as f64 * (1.0 + speed) + given * 1e-9;
    }

    /// Compares the sums with the areas that the model kept.
    pub(super) fn verify(
        &self,
        name: &str,
        in_system: u128,
        busy: Option<u128>,
        violations: &mut Vec<String>,
    ) {
        if in_system != self.sojourns {
            violations.push(format!(
                "Little's law does not hold for service {name}: the area under the number in system is {in_system} ns, \
                 the sum of times in system {} ns",
                self.sojourns
            ));
        }
        if let Some(busy) = busy
            && busy != self.services
        {
            violations.push(format!(
                "the utilisation law does not hold for service {name}: the area under the busy slots is {busy} ns, the \
                 sum of service times {} ns",
                self.services
            ));
        }
        if self.shared_rounding < self.shared_excess {
            violations.push(format!(
                "work is not conserved at service {name}: its requests got {} ns more or less than they brought",
                self.shared_excess
            ));
        }
    }
}

/// Checks that nothing was lost: `before + came = ended + left`.
pub(super) fn flow_balance(
    name: &str,
    before: u64,
    came: u64,
    ended: u64,
    left: u64,
    violations: &mut Vec<String>,
) {
    if before + came != ended + left {
        violations.push(format!(
            "flow is not balanced for workload {name}: {before} in flight + {came} arrived, but {ended} ended + {left} in flight"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_law_notices_when_it_is_broken() {
        let mut audit = Audit::default();
        audit.begin(SimTime::from_nanos(10));
        audit.left(SimTime::from_nanos(5), SimTime::from_nanos(30));
        audit.worked(SimTime::from_nanos(15), SimTime::from_nanos(30));
        let count = |in_system, busy| {
            let mut violations = Vec::new();
            audit.verify("web", in_system, busy, &mut violations);
            violations.len()
        };
        assert_eq!(count(20, Some(15)), 0);
        assert_eq!(count(21, Some(15)), 1);
        assert_eq!(count(21, Some(14)), 2);
        let mut violations = Vec::new();
        flow_balance("shoppers", 1, 2, 2, 1, &mut violations);
        assert!(violations.is_empty());
        flow_balance("shoppers", 1, 2, 2, 2, &mut violations);
        assert_eq!(violations.len(), 1);
    }
}
