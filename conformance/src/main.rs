//! The conformance harness on the command line; `cargo xtask conformance` builds and runs it.

#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use conformance::case;
use conformance::exceptions::Exceptions;
use conformance::generate::{SUBJECTS, Subject};
use conformance::oracle::Oracle;
use conformance::play::{self, Difference, Filter};
use conformance::report::{self, Part};

/// Plays cases on Redmoon and compares every byte with what redis-server 7.0.15 answers.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask conformance", max_term_width = 100)]
struct Options {
    /// Ask a redis-server of our own instead of what was recorded
    #[arg(long)]
    live: bool,
    /// Ask a redis-server of our own and write down what it answers
    #[arg(long)]
    record: bool,
    /// Play this many generated cases on both as well
    #[arg(long, value_name = "N", default_value_t = 0)]
    generate: u64,
    /// What the generated cases depend on
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of the first generated case
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    from: u64,
    /// Only areas that begin with this; of generated cases, one subject
    #[arg(long)]
    area: Option<String>,
    /// Only cases with this name, or with this text in a command
    #[arg(long)]
    only: Option<String>,
    /// Differences to show in full
    #[arg(long, value_name = "N", default_value_t = 20)]
    show: usize,
    /// Take the lines that cover nothing any more off the list of exceptions
    #[arg(long)]
    prune: bool,
    /// Put what differs on the list of exceptions, for this reason
    #[arg(long, value_name = "REASON")]
    accept: Option<String>,
    /// Write what Redmoon answers, and the fuel that it uses, to FILE, and compare with nothing
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Where the report for programs goes
    #[arg(long, value_name = "FILE", default_value = "target/conformance/report.json")]
    json: PathBuf,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> io::Result<bool> {
    let filter = Filter { area: options.area.clone(), only: options.only.clone() };
    if let Some(path) = &options.trace {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = io::BufWriter::new(std::fs::File::create(path)?);
        play::trace(&play::cases(&filter)?, &mut file)?;
        io::Write::flush(&mut file)?;
        return Ok(true);
    }
    let subject = options.area.as_deref().filter(|_| options.generate > 0).and_then(subject);
    let mut oracle = if options.live || options.record || options.generate > 0 {
        let missing = || io::Error::other("there is no redis-server 7.0 on the search path");
        Some(Oracle::start()?.ok_or_else(missing)?)
    } else {
        None
    };
    let exceptions = Exceptions::load()?;
    let mut parts = Vec::new();
    let mut areas = if subject.is_some() { Vec::new() } else { play::cases(&filter)? };
    let mut title = "Recorded replies".to_owned();
    if let Some(oracle) = oracle.as_mut().filter(|_| options.live || options.record) {
        for name in play::ask(oracle, &mut areas)? {
            println!("the server does not answer {name}");
        }
        title = format!("Live against redis-server {}", oracle.version());
        if options.record {
            if options.only.is_some() {
                return Err(io::Error::other("an area is recorded as a whole"));
            }
            for (area, cases) in &areas {
                case::store(area, cases)?;
            }
        }
    }
    if !areas.is_empty() {
        let outcome = play::compare(&areas, &exceptions);
        parts.push(Part { title, generated: false, outcome });
    }
    let played_all = filter.is_all() && !areas.is_empty();
    if let Some(oracle) = oracle.as_ref().filter(|_| options.generate > 0) {
        let range = (options.from, options.generate);
        let outcome = play::generated(oracle, range, options.seed, subject, &exceptions)?;
        let title = format!("{} generated cases, seed {}", options.generate, options.seed);
        parts.push(Part { title, generated: true, outcome });
    }
    tell(options, &parts, &exceptions, played_all)
}

fn subject(name: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.name == name)
}

/// Prints and writes the report. Whether nothing differs that should not.
fn tell(
    options: &Options,
    parts: &[Part],
    exceptions: &Exceptions,
    played_all: bool,
) -> io::Result<bool> {
    for difference in parts.iter().flat_map(|part| &part.outcome.differences).take(options.show) {
        println!("{}", report::explain(difference));
    }
    let text = report::markdown(parts, exceptions);
    println!("{text}");
    for part in parts {
        println!("{}: {:.1} s", part.title, part.outcome.elapsed.as_secs_f64());
    }
    if let Some(folder) = options.json.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&options.json, report::json(parts, exceptions).to_string())?;
    // Only a full run is worth keeping.
    if played_all && options.live && options.generate > 0 {
        std::fs::write(case::folder().join("report.md"), &text)?;
    }
    let stale = if played_all { exceptions.stale() } else { Vec::new() };
    if options.prune {
        Exceptions::remove(&stale)?;
    }
    if let Some(reason) = &options.accept {
        let cases =
            parts.iter().filter(|part| !part.generated).flat_map(|part| &part.outcome.differences);
        Exceptions::add(reason, &cases.map(Difference::name).collect::<Vec<_>>())?;
    }
    for what in &stale {
        println!("no longer an exception: {what}");
    }
    let total = |field: fn(&play::Tally) -> usize| -> usize {
        parts.iter().map(|part| field(&part.outcome.total())).sum()
    };
    let (differ, missing) = (total(|tally| tally.differ), total(|tally| tally.missing));
    if missing > 0 {
        println!("{missing} replies are not recorded: cargo xtask conformance --record");
    }
    Ok(differ == 0 && missing == 0 && stale.is_empty())
}
