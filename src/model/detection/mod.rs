//! How balancers notice that a server has failed, and that it is back.
//!
//! **Lives here:** the detectors, one file each: what they are set to, and what they conclude from what they see.
//! **Lives elsewhere:** sending checks and telling balancers (`world`); the truth about servers (`failure`).
//! **Invariant:** a detector sees answers, beats and silence, never the truth. So it can be wrong: a server that is only
//! busy, and answers its check too late, counts as down.

pub mod health_check;
pub mod lease;
pub mod outlier_ejection;
pub mod phi_accrual;

use self::{
    health_check::HealthCheck, lease::Lease, outlier_ejection::OutlierEjection, phi_accrual::PhiAccrual,
};

/// The detectors of a service. A balancer sends to a server unless one of them says that it is down.
#[derive(Clone, Debug, Default)]
pub struct DetectionPlan {
    /// Checks that each balancer sends.
    pub health_check: Option<HealthCheck>,
    /// Conclusions from the answers to requests.
    pub outlier_ejection: Option<OutlierEjection>,
    /// Beats that each server sends, and a limit of silence.
    pub lease: Option<Lease>,
    /// Beats that each server sends, and a silence that is unlikely.
    pub phi_accrual: Option<PhiAccrual>,
}

impl DetectionPlan {
    /// Returns whether nobody looks after the servers.
    pub fn is_empty(&self) -> bool {
        self.health_check.is_none()
            && self.outlier_ejection.is_none()
            && self.lease.is_none()
            && self.phi_accrual.is_none()
    }
}
