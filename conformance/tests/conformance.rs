//! Recorded cases give the recorded bytes; where there is a redis-server 7.0, some thousand generated cases
//! give the same bytes on both. `cargo xtask conformance` plays more, and tells more.

use conformance::exceptions::Exceptions;
use conformance::oracle::Oracle;
use conformance::play::{self, Filter, Outcome};
use conformance::report::explain;

/// Differences that a failing test shows in full.
const SHOWN: usize = 5;

fn check(outcome: &Outcome) {
    let shown: Vec<String> = outcome.differences.iter().take(SHOWN).map(explain).collect();
    let differ = outcome.differences.len();
    assert_eq!(differ, 0, "{differ} differ; the first of them:\n{}", shown.join("\n"));
}

#[test]
fn equals_the_recorded_server() {
    let exceptions = Exceptions::load().unwrap();
    let outcome = play::compare(&play::cases(&Filter::default()).unwrap(), &exceptions);
    check(&outcome);
    assert_eq!(outcome.total().missing, 0, "record them: cargo xtask conformance --record");
    assert!(outcome.total().cases >= 2000);
    assert!(exceptions.stale().is_empty(), "no longer exceptions: {:?}", exceptions.stale());
}

#[test]
fn generated_cases_equal_a_running_server() {
    let Some(oracle) = Oracle::start().unwrap() else {
        assert!(std::env::var_os("REDMOON_STRICT").is_none(), "redis-server 7.0 is missing");
        println!("skipped: there is no redis-server 7.0");
        return;
    };
    let exceptions = Exceptions::default();
    check(&play::generated(&oracle, (0, 5000), 1, None, &exceptions).unwrap());
}
