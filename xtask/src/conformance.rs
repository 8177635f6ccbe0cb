//! `cargo xtask conformance`: builds the conformance harness and runs it with the options given; its help
//! says which there are. `--lua` instead compares plain Lua with lua5.1.

use crate::step::{self, Failure, Tally};
use crate::{test, workspace};

/// Those of `tests/tests` that compare with lua5.1.
const SUITES: [&str; 3] = ["corpus", "generated", "order"];

#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// `--lua`, or options of the harness
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    harness: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if options.harness == ["--lua"] {
        return lua();
    }
    let mut cargo = step::cargo();
    cargo.args(["run", "--quiet", "--package", "redmoon-conformance", "--"]).args(&options.harness);
    step::run(cargo.current_dir(workspace::root()))
}

fn lua() -> Result<(), Failure> {
    let mut tally = Tally::default();
    step::announce("building redmoon");
    step::run(step::cargo().args(["build", "-p", "redmoon"]))?;
    let mut cargo = step::cargo();
    cargo.args(["test", "-p", "redmoon-tests", "--no-fail-fast"]);
    cargo.args(SUITES.iter().flat_map(|suite| ["--test", suite]));
    step::announce("comparing with lua5.1");
    test::cargo_test(&mut cargo, &mut tally);
    test::verdict(tally)
}
