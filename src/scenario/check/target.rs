//! What a fault strikes: from the words of a scenario to numbers.

use crate::{
    config::{Problems, Spanned, did_you_mean},
    model::{Deployment, ServicePlan, failure::Target},
};

const KINDS: [&str; 8] = [
    "server", "group", "zone", "service", "balancer", "workload", "node", "store",
];

/// Returns what is meant; that there is nothing of this name is a problem.
pub(super) fn find(text: &Spanned<String>, deployment: &Deployment, problems: &Problems) -> Option<Target> {
    let found = read(text, deployment);
    if let Err((fault, help)) = &found {
        problems.error(&text.span, fault, "here", help);
    }
    found.ok()
}

/// What is wrong, and the way out.
type Fault = (String, String);

fn read(text: &str, deployment: &Deployment) -> Result<Target, Fault> {
    let examples = "write one like \"server:api.3\", \"group:api.1\", \"zone:a\", \"service:api\", \
                    \"balancer:api.1\" or \"workload:shoppers\"";
    let Some((kind, name)) = text.split_once(':') else {
        return Err((format!("`{text}` does not say what it is"), examples.to_owned()));
    };
    let services = |stores: bool| {
        let all = deployment.services.iter().map(|service| service.name.as_str());
        let of_kind = move |&(at, _): &(usize, &str)| deployment.services[at].store.is_some() == stores;
        all.enumerate().filter(of_kind)
    };
    match kind {
        "zone" => {
            let zones = deployment.zones.iter().map(String::as_str);
            named("zone", name, zones.enumerate()).map(Target::Zone)
        }
        "service" | "store" => named(kind, name, services(kind == "store")).map(Target::Service),
        "workload" => {
            let workloads = deployment.workloads.iter().map(|workload| workload.name.as_str());
            named("workload", name, workloads.enumerate()).map(Target::Workload)
        }
        "server" | "node" | "group" | "balancer" => {
            let Some((service, part)) = name.split_once('.') else {
                let help = format!("write the service and the number, like \"{kind}:{name}.1\"");
                return Err((format!("`{text}` does not say which {kind}"), help));
            };
            let is_store = services(true).any(|(_, name)| name == service);
            let of_store = kind == "node" || kind == "group" && is_store;
            let owner = if of_store { "store" } else { "service" };
            let other = if of_store { "service" } else { "store" };
            if services(!of_store).any(|(_, name)| name == service) {
                let part_of_other = if of_store { "server" } else { "node" };
                let help = format!("write \"{part_of_other}:{name}\"");
                return Err((format!("`{service}` is a {other}, and has no {kind}s"), help));
            }
            let service = named(owner, service, services(of_store))?;
            part_of(&deployment.services[service], service, kind, part)
        }
        _ => {
            let hint = did_you_mean(kind, KINDS.into_iter());
            Err((
                format!("`{kind}` is nothing that a fault strikes{hint}"),
                examples.to_owned(),
            ))
        }
    }
}

fn part_of(plan: &ServicePlan, service: usize, kind: &str, part: &str) -> Result<Target, Fault> {
    match kind {
        "server" | "node" => numbered(plan, kind, part, plan.servers()).map(|server| Target::Server {
            service,
            server: server as u32,
        }),
        "balancer" => numbered(plan, kind, part, plan.fronts() as usize).map(|balancer| Target::Balancer {
            service,
            balancer: balancer as u32,
        }),
        _ => {
            let names = plan.groups.iter().map(|group| group.name.as_deref());
            let by_name = names.clone().position(|name| name == Some(part));
            let group = match by_name {
                Some(group) => Ok(group),
                None if part.parse::<usize>().is_err() => named("group", part, names.flatten().enumerate()),
                None => numbered(plan, kind, part, plan.groups.len()),
            };
            group.map(|group| Target::Group { service, group })
        }
    }
}

/// Returns the number of the one that has this name.
fn named<'a>(kind: &str, name: &str, known: impl Iterator<Item = (usize, &'a str)>) -> Result<usize, Fault> {
    let (numbers, known): (Vec<usize>, Vec<&str>) = known.unzip();
    let found = known.iter().position(|other| *other == name);
    found.map(|at| numbers[at]).ok_or_else(|| {
        let hint = did_you_mean(name, known.iter().copied());
        let help = match &known[..] {
            [] => format!("there is no {kind} with a name"),
            known => format!("known: {}", known.join(", ")),
        };
        (format!("there is no {kind} `{name}`{hint}"), help)
    })
}

/// Returns the index of what people count from 1.
fn numbered(plan: &ServicePlan, kind: &str, number: &str, count: usize) -> Result<usize, Fault> {
    let read = number.parse::<usize>().ok();
    let found = read.filter(|number| (1..=count).contains(number));
    found.map(|number| number - 1).ok_or_else(|| {
        let fault = format!("{} `{}` has no {kind} `{number}`", plan.kind(), plan.name);
        let help = match count {
            1 => "its only one has the number 1".to_owned(),
            count => format!("they are numbered from 1 to {count}"),
        };
        (fault, help)
    })
}
