//! What becomes of requests.

use super::{run_for, strikes, two_servers};
use crate::{
    dist::Dist,
    model::{QueuePlace, Record, failure::Harm},
};

/// Answered, failed and rejected requests, and the longest response in nanoseconds.
fn ends(record: &Record) -> (u64, u64, u64, u64) {
    let workload = &record.workloads[0];
    let longest = workload.response.max().unwrap_or(0);
    (workload.done, workload.failed, workload.rejected, longest)
}

const MS: u64 = 1_000_000;

/// Requests come at 1, 2, …, 29 s; those of even seconds meet server 1.
#[test]
fn a_crash_loses_what_is_there_and_refuses_what_comes() {
    let mut deployment = two_servers();
    deployment.faults = vec![strikes(Harm::Crash, 5.0)];
    // In work at 10 s; refused at 12 s and 14 s.
    assert_eq!(ends(&run_for(&deployment, 29.9)), (26, 3, 0, 500 * MS));
}

#[test]
fn a_crash_loses_the_queue_of_its_server_too() {
    let mut deployment = two_servers();
    // Three seconds of work every two seconds: at 10.25 s server 1 has got 5 requests and has ended 2.
    deployment.services[0].work = Dist::constant(3.0).unwrap();
    deployment.faults = vec![strikes(Harm::Crash, 1.0)];
    let record = run_for(&deployment, 11.9);
    assert_eq!(record.workloads[0].failed, 3);
}

#[test]
fn after_a_hang_work_goes_on_where_it_stood() {
    let mut deployment = two_servers();
    deployment.faults = vec![strikes(Harm::Hang { resumes: true }, 5.0)];
    // The request of 10 s ends at 15.5 s, the next two half a second later each, and that of 16 s at 17 s.
    assert_eq!(ends(&run_for(&deployment, 29.9)), (29, 0, 0, 5_500 * MS));
    assert_eq!(run_for(&deployment, 15.500_000_001).workloads[0].done, 13);
    assert_eq!(run_for(&deployment, 15.5).workloads[0].done, 11);
}

#[test]
fn a_restart_after_a_hang_loses_what_waited() {
    let mut deployment = two_servers();
    deployment.faults = vec![strikes(Harm::Hang { resumes: false }, 5.0)];
    assert_eq!(ends(&run_for(&deployment, 29.9)), (26, 3, 0, 500 * MS));
    assert_eq!(
        run_for(&deployment, 15.25).workloads[0].failed,
        0,
        "only the restart breaks connections"
    );
}

#[test]
fn work_in_progress_slows_down_and_speeds_up_with_its_server() {
    let mut deployment = two_servers();
    deployment.faults = vec![strikes(Harm::Slow { factor: 3.0 }, 2.0)];
    // At 10.25 s a quarter is done, the other takes 0.75 s. The request of 12 s gets 0.25 s ÷ 3 of its work until
    // 12.25 s, and then the rest, 5/12 s, at full speed.
    let record = run_for(&deployment, 29.9);
    assert_eq!(ends(&record), (29, 0, 0, 1_000 * MS));
    let sum = record.workloads[0].response_moments.mean().unwrap() * 29.0;
    let expected = 27.0 * 0.5e9 + 1.0e9 + (0.25 + 5.0 / 12.0) * 1e9;
    assert!((sum - expected).abs() < 2.0, "{sum} against {expected}");
}

#[test]
fn errors_are_quick_and_wrong() {
    let mut deployment = two_servers();
    let takes = Dist::constant(0.001).unwrap();
    deployment.faults = vec![strikes(Harm::Error { share: 1.0, takes }, 5.0)];
    // The request of 10 s is in work already and ends well.
    assert_eq!(ends(&run_for(&deployment, 29.9)), (27, 2, 0, 500 * MS));
}

#[test]
fn a_drained_server_ends_what_it_has_and_gets_no_more() {
    let mut deployment = two_servers();
    deployment.faults = vec![strikes(Harm::Drain, 5.0)];
    let record = run_for(&deployment, 29.9);
    assert_eq!(ends(&record), (29, 0, 0, 500 * MS));
    let undrained = run_for(&two_servers(), 29.9);
    assert!(record.services[0].served[1] < undrained.services[0].served[1]);
}

#[test]
fn two_things_wrong_with_a_server_must_both_be_over() {
    let mut deployment = two_servers();
    deployment.faults = vec![
        strikes(Harm::Crash, 5.0),
        strikes(Harm::Hang { resumes: true }, 9.0),
    ];
    // In work at 10 s; refused at 12 s and 14 s; those of 16 s and 18 s wait until 19.25 s.
    assert_eq!(ends(&run_for(&deployment, 29.9)), (26, 3, 0, 3_750 * MS));
}

/// A dead server that nobody has noticed looks idle, and the queue at the balancer drains through it.
#[test]
fn a_queue_at_the_balancer_drains_through_a_server_that_is_not_known_to_be_dead() {
    let mut deployment = two_servers();
    deployment.services[0].queue.at = QueuePlace::Balancer;
    // Both are busy for four seconds at a time, so that some wait.
    deployment.services[0].work = Dist::constant(4.0).unwrap();
    deployment.faults = vec![strikes(Harm::Crash, 5.0)];
    let record = run_for(&deployment, 10.26);
    // Of ten requests two are done by then at each server but one; one breaks, and all that wait are refused.
    let workload = &record.workloads[0];
    assert_eq!(workload.done + workload.failed + workload.unfinished, 10);
    assert_eq!(workload.unfinished, 1, "only the other server holds a request");
}

/// Harm that changes nothing changes nothing: the same requests, times and levels as without.
#[test]
fn a_harmless_fault_changes_no_number() {
    let mut deployment = two_servers();
    deployment.workloads[0].arrivals = crate::model::arrival::renewal::plan(Dist::exponential(0.4).unwrap());
    let plain = run_for(&deployment, 5_000.0);
    deployment.faults = vec![strikes(Harm::Slow { factor: 1.0 }, 5.0)];
    let tracked = run_for(&deployment, 5_000.0);
    assert_eq!(
        format!("{:?}", plain.workloads),
        format!("{:?}", tracked.workloads)
    );
    deployment.faults = vec![strikes(Harm::Slow { factor: 1.1 }, 5.0)];
    let slower = run_for(&deployment, 5_000.0);
    assert_ne!(
        format!("{:?}", plain.workloads),
        format!("{:?}", slower.workloads)
    );
}
