//! `cargo xtask check`: what to run before a commit.

use crate::step::{Failure, Tally};
use crate::{lint, test};

pub(crate) fn run() -> Result<(), Failure> {
    let mut tally = Tally::default();
    lint::sources(&mut tally);
    test::steps(&test::Options::default(), &mut tally);
    test::verdict(tally)
}
