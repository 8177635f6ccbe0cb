//! `cargo xtask test`: sets up, then runs every test of the repository and sums what passed.
//!
//! Natively everything is built once, in the `dev` profile; the `redmoon` under test is that build's.
//! In strict mode nothing is skipped in silence: a missing oracle and an ignored test are failures, and
//! the linters run too.

use std::process::Command;

use crate::step::{self, Failure, Tally};
use crate::{lint, npm, setup, size, workspace};

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Fail where a test would be skipped, and lint; CI=true in the environment means the same
    #[arg(long)]
    strict: bool,
}

impl Options {
    fn strict(&self) -> bool {
        self.strict || std::env::var("CI").is_ok_and(|value| value == "true")
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut tally = Tally::default();
    if options.strict() {
        lint::sources(&mut tally);
    }
    steps(options, &mut tally);
    verdict(tally)
}

/// Prints the sum as the last line; an error when something failed.
pub(crate) fn verdict(tally: Tally) -> Result<(), Failure> {
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 { Err(Failure::said()) } else { Ok(()) }
}

/// Everything but the linters.
pub(crate) fn steps(options: &Options, tally: &mut Tally) {
    let strict = options.strict();
    step::announce("setting up");
    for name in setup::install(false) {
        if strict {
            tally.step("setup", Err(Failure::new(format!("{name} is missing"))));
        }
    }
    native(strict, tally);
    in_node(strict, tally);
    step::announce("size of the core module");
    tally.step("core size", size::run(&size::Options::default()));
}

/// Unit tests, integration tests, the differential corpus, generated programs and the examples in docs.
fn native(strict: bool, tally: &mut Tally) {
    // With all targets, so that features are the same as in `cargo test` and nothing is built twice.
    step::announce("building everything");
    let build = step::run(step::cargo().args(["build", "--workspace", "--all-targets"]));
    if build.is_err() {
        tally.step("build", build);
        return;
    }
    step::announce("cargo test");
    let mut cargo = step::cargo();
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    if strict {
        cargo.env("REDMOON_STRICT", "1");
    }
    let before = tally.ignored;
    cargo_test(&mut cargo, tally);
    let ignored = tally.ignored - before;
    if strict && ignored > 0 {
        tally.step("cargo test", Err(Failure::new(format!("{ignored} tests were skipped"))));
    }
}

/// Runs a `cargo test` and adds its results. A suite that ends without a result counts as one failure.
pub(crate) fn cargo_test(cargo: &mut Command, tally: &mut Tally) {
    let before = tally.failed;
    let done = step::watch(cargo, |line| tally.add_libtest(line));
    match done {
        Ok(false) if tally.failed == before => {
            tally.step("cargo test", Err(Failure::new("a test program did not finish")));
        }
        Ok(_) => {}
        Err(failure) => tally.step("cargo test", Err(failure)),
    }
}

/// Builds the npm package and runs its tests, which start browsers and other runtimes by themselves.
fn in_node(strict: bool, tally: &mut Tally) {
    step::announce("building the npm package");
    let built = npm::run(&npm::Options::default());
    let failed = built.is_err();
    tally.step("npm build", built.map(drop));
    if failed {
        return;
    }
    let files = npm::tests();
    if files.is_empty() {
        if strict {
            tally.step("node --test", Err(Failure::new("there are no tests for Node")));
        }
        return;
    }
    step::announce("node --test");
    let mut node = step::command("node");
    node_test(
        node.args(["--test", "--test-reporter=tap"]).args(&files),
        "node --test",
        strict,
        tally,
    );
    step::announce("testing the playground");
    let built = playground_build();
    let failed = built.is_err();
    tally.step("playground build", built);
    if failed {
        return;
    }
    let mut node = step::command("node");
    node.current_dir(workspace::playground()).args(["--test", "--test-reporter=tap"]);
    node_test(node.args(npm::tests_in(&workspace::playground())), "playground", strict, tally);
}

/// Checks the playground's types and makes its page.
fn playground_build() -> Result<(), Failure> {
    setup::npm_packages(&workspace::playground(), false)?;
    let mut npm = step::command("npm");
    step::run(npm.current_dir(workspace::playground()).args(["run", "--silent", "build"]))
}

/// Runs tests of Node and adds their results. A file that ends without a result counts as one failure.
fn node_test(node: &mut Command, what: &str, strict: bool, tally: &mut Tally) {
    let before = *tally;
    match step::watch(node, |line| tally.add_tap(line)) {
        Ok(false) if tally.failed == before.failed => {
            tally.step(what, Err(Failure::new("a test file did not finish")));
        }
        Ok(_) if strict && tally.ignored > before.ignored => {
            tally.step(what, Err(Failure::new("tests were skipped")));
        }
        Ok(_) => {}
        Err(failure) => tally.step(what, Err(failure)),
    }
}
