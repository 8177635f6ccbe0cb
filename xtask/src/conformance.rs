//! `cargo xtask conformance`: the tests that compare with lua5.1 and with what redis-server 7.0.15 was
//! recorded to do, without the rest.

use crate::step::{self, Failure, Tally};
use crate::{test, workspace};

/// Those of `tests/tests` that compare; a name that is not there yet is left out.
const SUITES: [&str; 5] = ["corpus", "generated", "order", "redis", "conformance"];

pub(crate) fn run() -> Result<(), Failure> {
    let mut tally = Tally::default();
    step::announce("building redmoon");
    step::run(step::cargo().args(["build", "-p", "redmoon"]))?;
    let mut cargo = step::cargo();
    cargo.args(["test", "-p", "redmoon-tests", "--no-fail-fast"]);
    for suite in SUITES {
        if workspace::root().join(format!("tests/tests/{suite}.rs")).is_file() {
            cargo.args(["--test", suite]);
        }
    }
    step::announce("comparing with lua5.1 and recorded replies");
    test::cargo_test(&mut cargo, &mut tally);
    test::verdict(tally)
}
