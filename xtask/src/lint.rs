//! `cargo xtask lint`: what reads the code without running it. All of it runs, also after a failure.

use crate::step::{self, Failure, Tally};

pub(crate) fn run() -> Result<(), Failure> {
    let mut tally = Tally::default();
    steps(&mut tally);
    if tally.failed > 0 {
        return Err(Failure::new(format!("{} of the lint steps failed", tally.failed)));
    }
    println!("lint: clean");
    Ok(())
}

/// Formatting, Clippy, documentation and floors; one count each.
pub(crate) fn steps(tally: &mut Tally) {
    sources(tally);
    step::announce("floors of the crates");
    let floors = step::run(step::cargo().args([
        "test",
        "--quiet",
        "-p",
        "redmoon-tests",
        "--test",
        "floors",
    ]));
    tally.step("floors", floors);
}

/// The steps of [`steps`] that run no test of ours.
pub(crate) fn sources(tally: &mut Tally) {
    step::announce("cargo fmt --check");
    tally.step("cargo fmt", step::run(step::cargo().args(["fmt", "--all", "--check"])));

    step::announce("cargo clippy, warnings are errors");
    let clippy = step::run(step::cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ]));
    tally.step("cargo clippy", clippy);

    step::announce("cargo doc, warnings are errors");
    let doc = step::run(
        step::cargo()
            .args(["doc", "--no-deps", "--workspace", "--quiet"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    );
    tally.step("cargo doc", doc);
}
