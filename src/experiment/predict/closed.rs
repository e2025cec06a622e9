//! A fixed number of clients: what holds whatever the distributions.

use super::{
    law::{Law, Outlook, Times},
    one_queue::{Reason, refusal},
    station::Station,
};
use crate::theory::{catalogue, operational::Closed};

/// Returns the asymptotic bound on the response, which by the interactive response time law is one on the throughput.
pub(super) fn outlooks(station: &Station<'_>, clients: u32, think: f64) -> Result<Vec<Outlook>, Reason> {
    if station.loses() {
        return Err("clients who wait for answers, and may get none".to_owned());
    }
    let speed = station
        .speed()
        .ok_or("clients who wait for answers, and servers of different speeds")?;
    let service = station.streams[0].work.mean() / speed;
    let response = response_bound(clients, think, service, station.slots()).map_err(refusal)?;
    let rate = f64::from(clients) / (response + think);
    let times = Times {
        response: Law::of_mean(response),
        wait: Law::of_mean(response - service),
    };
    Ok(vec![Outlook::lossless(
        &catalogue::ASYMPTOTIC_RESPONSE,
        rate * service,
        vec![times],
    )])
}

/// The laws are stated for resources of one slot. To the bounds, `c` slots are as good as `c` such resources in a row
/// that each do a `c`-th of the work: no less time in all, and no less at the one that is busiest.
fn response_bound(
    clients: u32,
    think: f64,
    service: f64,
    slots: u32,
) -> Result<f64, crate::theory::TheoryError> {
    let demands = vec![service / f64::from(slots); slots as usize];
    Ok(Closed::new(clients, think, &demands)?.mean_response_lower())
}
