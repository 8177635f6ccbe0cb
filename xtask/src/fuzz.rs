//! `cargo xtask fuzz TARGET`: builds the fuzz targets of `fuzz/` with the coverage counters that libFuzzer
//! reads, which stable Rust can do, and runs one. `cargo fuzz run --sanitizer none TARGET` does the same where
//! cargo-fuzz is installed.

use std::path::PathBuf;
use std::process::Command;

use crate::step::{self, Failure};
use crate::workspace;

/// What cargo-fuzz hands to the compiler, without a sanitizer: those are for memory errors, which code without
/// `unsafe` does not make.
const RUSTFLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Ccodegen-units=1";

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Which target: a file of `fuzz/fuzz_targets` without its ending; none builds them all
    target: Option<String>,
    /// How long to run
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let folder = workspace::root().join("fuzz");
    let host = step::output(step::command("rustc").args(["--print", "host-tuple"]))?;
    let built = workspace::target().join("fuzz");
    step::announce("building the fuzz targets");
    let mut cargo = step::cargo();
    cargo.args(["build", "--release", "--target", &host]).env("RUSTFLAGS", RUSTFLAGS);
    cargo.env("CARGO_TARGET_DIR", &built).current_dir(&folder);
    step::run(&mut cargo)?;
    let Some(target) = &options.target else { return Ok(()) };
    let (corpus, artifacts) = (folder.join("corpus").join(target), folder.join("artifacts"));
    for made in [&corpus, &artifacts] {
        std::fs::create_dir_all(made)?;
    }
    let program: PathBuf = built.join(host).join("release").join(target);
    let mut fuzzer = Command::new(&program);
    fuzzer.arg(format!("-max_total_time={}", options.seconds));
    fuzzer.arg(format!("-artifact_prefix={}/{target}-", artifacts.display()));
    // What is found goes to the first folder; the others are read.
    fuzzer.args(["-rss_limit_mb=1024", "-timeout=20", "-print_final_stats=1"]).arg(corpus);
    fuzzer.arg(folder.join("regressions").join(target));
    std::fs::create_dir_all(folder.join("regressions").join(target))?;
    step::announce(&format!("fuzzing {target} for {} s", options.seconds));
    step::run(&mut fuzzer)
}
