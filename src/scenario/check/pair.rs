//! Checks that a queue and a balancer can work together.

use super::label;
use crate::{
    config::{Problem, Problems, Severity},
    model::QueuePlace,
    scenario::raw_parts::{RawBalancer, RawQueue},
};

pub(super) fn check(queue: &RawQueue, balancer: &RawBalancer, problems: &Problems) {
    if *queue.at != QueuePlace::Balancer {
        return;
    }
    if balancer.policy.ties_to_server {
        problems.push(Problem {
            severity: Severity::Error,
            message: format!(
                "`{}` has no use for a queue at the balancer",
                balancer.policy.name
            ),
            labels: vec![
                label(&balancer.policy.span, "ties a request to one server"),
                label(&queue.at.span, "lets any free server take it"),
            ],
            help: Some("use `at = \"server\"`, or another policy".to_owned()),
        });
    }
    if 1 < *balancer.balancers {
        problems.push(Problem {
            severity: Severity::Error,
            message: "several balancers cannot share one queue".to_owned(),
            labels: vec![
                label(&balancer.balancers.span, "so many stand in front"),
                label(&queue.at.span, "one queue for all"),
            ],
            help: Some("use `at = \"server\"`, or one balancer".to_owned()),
        });
    }
}
