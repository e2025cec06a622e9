//! What servers cost, and what they draw.

use crate::units::Power;

crate::config_table! {
    /// What the servers of a service, or the nodes of a store, cost; all of them alike.
    pub struct CostPlan: "`cost`" {
        /// Money for each server and hour, in whatever currency. With it there is the measure `cost`, money per hour.
        pub per_server_hour: f64 = 0.0,
        /// What a server draws that is up and has nothing to do. With it there is the measure `energy`, power.
        pub idle_power: Option<Power>,
        /// What a server draws that is fully busy; between the two, power grows with utilisation. Left out, it is `idle_power`.
        pub busy_power: Option<Power>,
    }
}

impl CostPlan {
    /// Returns the money per hour of so many servers.
    pub fn per_hour(&self, servers: usize) -> f64 {
        self.per_server_hour * servers as f64
    }

    /// Returns the watts that are drawn where so many servers are up on average and so many are busy; `None` where nothing is said
    /// of power.
    pub fn watts(&self, up: f64, busy: f64) -> Option<f64> {
        let idle = self.idle_power?.as_watts();
        let full = self.busy_power.map_or(idle, Power::as_watts);
        Some(idle * up + (full - idle) * busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_grows_from_idle_to_busy_and_servers_that_are_down_draw_none() {
        let plan = CostPlan {
            per_server_hour: 0.19,
            idle_power: Power::watts(90.0),
            busy_power: Power::watts(240.0),
        };
        assert!((plan.per_hour(12) - 2.28).abs() < 1e-12);
        assert_eq!(plan.watts(10.0, 0.0), Some(900.0));
        assert_eq!(plan.watts(10.0, 10.0), Some(2_400.0));
        assert_eq!(plan.watts(8.0, 4.0), Some(720.0 + 600.0));
        let flat = CostPlan {
            idle_power: None,
            ..plan
        };
        assert_eq!(flat.watts(1.0, 1.0), None);
    }
}
