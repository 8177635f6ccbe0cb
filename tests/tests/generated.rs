//! Random programs under `lua5.1` and under `redmoon lua`: standard output, standard error and exit code
//! are equal.
//!
//! `REDMOON_GENERATED` is the number of programs: 500 unless told otherwise, 10,000 when nothing may be
//! skipped. `REDMOON_SEED` is the first seed, and alone means just that program.

use std::fmt::Write as _;
use std::ops::Range;

use libtest_mimic::{Arguments, Failed, Trial};
use redmoon_tests::runner::Engine;
use redmoon_tests::{generator, oracle};

/// Programs in one test: enough that the list stays readable, few enough to share among threads.
const BATCH: u64 = 100;

fn main() {
    let arguments = Arguments::from_args();
    let seed = oracle::number_from_environment("REDMOON_SEED");
    let default = if seed.is_some() {
        1
    } else if oracle::strict() {
        10_000
    } else {
        500
    };
    let count = oracle::number_from_environment("REDMOON_GENERATED").unwrap_or(default);
    let first = seed.unwrap_or(0);
    let end = first.saturating_add(count);

    let redmoon = Engine::redmoon();
    let lua51 = oracle::lua51();
    let absent = matches!(lua51, Ok(None));
    let mut trials = Vec::new();
    let mut start = first;
    while start < end {
        let seeds = start..end.min(start.saturating_add(BATCH));
        start = seeds.end;
        let engines = redmoon.clone().and_then(|redmoon| Ok((redmoon, lua51.clone()?)));
        let name = format!("seeds {} to {}", seeds.start, seeds.end - 1);
        let trial = Trial::test(name, move || match engines? {
            (redmoon, Some(lua51)) => check(&redmoon, &lua51, seeds),
            (_, None) => Ok(()),
        });
        trials.push(trial.with_ignored_flag(absent));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn check(redmoon: &Engine, lua51: &Engine, seeds: Range<u64>) -> Result<(), Failed> {
    // A name that is the same for all: it is part of the messages.
    const FILE: &str = "program.lua";
    let folder = tempfile::tempdir()?;
    for seed in seeds {
        let program = generator::program(seed);
        std::fs::write(folder.path().join(FILE), &program)?;
        let theirs = lua51.run(folder.path(), FILE)?;
        let ours = redmoon.run(folder.path(), FILE)?;
        if let Some(difference) = ours.difference(&theirs) {
            let again = format!("REDMOON_SEED={seed} cargo test -p redmoon-tests --test generated");
            let mut message = format!("seed {seed}: {difference}again: {again}\n\n");
            for (number, line) in program.lines().enumerate() {
                let _ = writeln!(message, "{:4}  {line}", number + 1);
            }
            return Err(message.into());
        }
    }
    Ok(())
}
