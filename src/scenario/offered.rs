//! The load that is offered to each service: by workloads, and by the services that call it.

use crate::model::{Deployment, Sender, arrival::Nature};

/// What one sender offers to the service that it sends to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Share {
    /// The sender, in the order of [`Deployment::senders`].
    pub(super) sender: usize,
    /// Requests per second; 0 where all of them wait for answers.
    pub(super) rate: f64,
    /// Erlangs of the reference server.
    pub(super) load: f64,
}

/// Returns what is offered to each service, if so large a `share` of each sender's requests counts. Retries are left out.
pub(super) fn offered(deployment: &Deployment, share: impl Fn(&Sender<'_>) -> f64) -> Vec<Vec<Share>> {
    let mut shares = vec![Vec::new(); deployment.services.len()];
    let rate = |sender: Sender<'_>| Some(sender.arrivals?.nature.rate().unwrap_or(0.0) * share(&sender));
    let outside: Vec<f64> = deployment.senders().filter_map(rate).collect();
    let rates = deployment.sender_rates(&outside, share);
    for (at, (sender, rate)) in deployment.senders().zip(rates).enumerate() {
        shares[sender.service].push(Share {
            sender: at,
            rate,
            load: rate * mean_work(deployment, &sender),
        });
    }
    shares
}

/// Returns the mean work of a sender's requests, in seconds of the reference server.
fn mean_work(deployment: &Deployment, sender: &Sender<'_>) -> f64 {
    if sender.operation.is_some() {
        // What it sends to replicas brings the work.
        return 0.0;
    }
    match sender.arrivals.map(|arrivals| &arrivals.nature) {
        Some(&Nature::Trace {
            work: Some((mean, _)),
            ..
        }) => mean,
        _ => sender
            .work
            .unwrap_or(&deployment.services[sender.service].work)
            .mean(),
    }
}
