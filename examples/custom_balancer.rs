//! A balancer of your own in a whole scenario, beside two that come along.
//!
//! Five of the ten web servers stand in the same building as the balancer. How much longer are responses when requests
//! stay in the house, unless the server there has `margin` more of them than one elsewhere?
//!
//! ```text
//! cargo run --release --example custom_balancer
//! ```

use std::{error::Error, io::Write, path::Path, sync::atomic::AtomicBool, time::Instant};

use plimsoll::{
    experiment::{Comparison, Conduct, Criterion, Variant, compare},
    model::balancer::{Ask, Balancer, Law, Policy, ServerId, View, power_of_d, random},
    report::{Invocation, Style, table},
    rng::Stream,
    scenario::{self, Replications},
    units::SimDuration,
};

struct NearFirst {
    near: usize,
    margin: u32,
}

impl Balancer for NearFirst {
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        let near = ServerId(rng.below(self.near) as u32);
        let any = view.eligible().sample(rng)?;
        let stays = view.eligible().contains(near) && view.load(near) <= view.load(any) + self.margin;
        Some(if stays { near } else { any })
    }
}

/// Compares the policies on the web tier, each replication this long.
pub(crate) fn comparison(duration: SimDuration) -> Result<Comparison, Box<dyn Error>> {
    let near_first = |margin| Policy::new("near-first", Law::Other, move |_| NearFirst { near: 5, margin });
    let policies = [near_first(0), near_first(2), power_of_d::plan(2), random::plan()];
    let labels = ["near first", "near first, by 2", "power of 2", "random"];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/web-tier.toml");
    let mut variants = Vec::new();
    for (policy, label) in policies.into_iter().zip(labels) {
        let mut scenario = scenario::load(&path, &[])?.scenario;
        scenario.deployment.services[0].balancer = policy;
        scenario.run.duration = duration;
        scenario.run.replications = Replications::Fixed(8);
        variants.push(Variant {
            label: label.to_owned(),
            scenario,
        });
    }
    let stop = AtomicBool::new(false);
    let criteria = Criterion::usual(&variants[0].scenario);
    Ok(compare(&variants, &criteria, &Conduct::new(&stop)))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time it took is told and changes no result"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let comparison = comparison(SimDuration::from_secs_f64(120.0))?;
    let invocation = Invocation {
        command: "compare",
        wall_seconds: begin.elapsed().as_secs_f64(),
        origin: None,
    };
    let text = table::compare(&comparison, &invocation, Style::Plain);
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
