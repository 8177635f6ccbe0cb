//! Goes through cases: recorded, live, generated.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use resp::{Protocol, encode_command};

use crate::case::{self, Case, PROTOCOLS};
use crate::exceptions::{Exceptions, without_addresses};
use crate::generate::{self, Subject};
use crate::here::Here;
use crate::oracle::Oracle;

/// Nothing in the engine may deepen the host's stack, so little is enough.
const HOST_STACK_BYTES: usize = 256 << 10;

/// Subjects of generated cases in which the collector of the real server may show.
const COLLECTED: [&str; 2] = ["programs", "order"];

/// Which cases to play.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Areas that begin with this.
    pub area: Option<String>,
    /// Cases whose name, or one of whose commands, contains this.
    pub only: Option<String>,
}

impl Filter {
    /// Whether everything is played.
    pub fn is_all(&self) -> bool {
        self.area.is_none() && self.only.is_none()
    }

    fn has_area(&self, area: &str) -> bool {
        self.area.as_deref().is_none_or(|start| area.starts_with(start))
    }

    fn has_case(&self, case: &Case) -> bool {
        let Some(only) = &self.only else { return true };
        let mut arguments = case.commands.iter().flatten();
        case.name == *only
            || arguments.any(|text| text.windows(only.len()).any(|part| part == only.as_bytes()))
    }
}

/// What became of the cases of an area; each counts once per protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases, whatever the protocol.
    pub cases: usize,
    /// Every byte equal.
    pub equal: usize,
    /// Different, and on the list of exceptions.
    pub excepted: usize,
    /// Different.
    pub differ: usize,
    /// Without recorded replies.
    pub missing: usize,
}

/// A case that gave other bytes.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The case, with the expected replies.
    pub case: Case,
    /// Index into [`PROTOCOLS`].
    pub protocol: usize,
    /// What it should have been.
    pub expected: Vec<Vec<u8>>,
    /// What it was.
    pub got: Vec<Vec<u8>>,
}

impl Difference {
    /// The case and the protocol, as the list of exceptions names them.
    pub fn name(&self) -> String {
        format!("{} {}", self.case.name, PROTOCOLS[self.protocol].1)
    }
}

/// What a run has shown.
#[derive(Debug, Default)]
pub struct Outcome {
    /// By area, in alphabetical order.
    pub areas: BTreeMap<String, Tally>,
    /// All that is not on the list.
    pub differences: Vec<Difference>,
    /// Time that it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// The sum of all areas.
    pub fn total(&self) -> Tally {
        self.areas.values().fold(Tally::default(), |sum, tally| Tally {
            cases: sum.cases + tally.cases,
            equal: sum.equal + tally.equal,
            excepted: sum.excepted + tally.excepted,
            differ: sum.differ + tally.differ,
            missing: sum.missing + tally.missing,
        })
    }
}

/// The cases of all areas that the filter lets through.
///
/// # Errors
/// When files cannot be read.
pub fn cases(filter: &Filter) -> io::Result<Vec<(String, Vec<Case>)>> {
    let mut list = Vec::new();
    for area in case::areas()?.into_iter().filter(|area| filter.has_area(area)) {
        let mut cases = case::load(&area)?;
        cases.retain(|case| filter.has_case(case));
        if !cases.is_empty() {
            list.push((area, cases));
        }
    }
    Ok(list)
}

/// Plays on Redmoon and compares with `replies`.
fn play_here(case: &Case, protocol: Protocol) -> Vec<Vec<u8>> {
    match Here::new(protocol) {
        Ok(mut here) => case.commands.iter().map(|argv| here.ask(argv)).collect(),
        Err(error) => vec![error.into_bytes()],
    }
}

/// Plays the cases on Redmoon and writes down every reply and the fuel used, for other builds of the engine to be
/// compared with.
///
/// # Errors
/// When `out` cannot be written.
pub fn trace(areas: &[(String, Vec<Case>)], out: &mut dyn io::Write) -> io::Result<()> {
    for case in areas.iter().flat_map(|(_, cases)| cases) {
        for (protocol, _) in PROTOCOLS {
            let mut here = Here::new(protocol).map_err(io::Error::other)?;
            let (mut replies, mut fuel) = (Vec::new(), Vec::new());
            for argv in &case.commands {
                replies.push(here.ask(argv));
                fuel.push(here.fuel_used());
            }
            writeln!(out, "{}", case::trace_line(case, protocol, &replies, &fuel))?;
        }
    }
    Ok(())
}

/// Plays the cases on Redmoon, on all processors, and compares with the replies that they hold.
pub fn compare(areas: &[(String, Vec<Case>)], exceptions: &Exceptions) -> Outcome {
    let start = Instant::now();
    let all: Vec<(&str, &Case)> = areas
        .iter()
        .flat_map(|(area, cases)| cases.iter().map(move |case| (&**area, case)))
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // Every thread takes each n-th case, since areas differ in weight.
    let mut different: Vec<(usize, usize, Vec<Vec<u8>>)> = std::thread::scope(|scope| {
        let all = &all;
        let work = move |first: usize| {
            let mut found = Vec::new();
            for (index, (_, case)) in all.iter().enumerate().skip(first).step_by(threads) {
                for (number, (protocol, _)) in PROTOCOLS.iter().enumerate() {
                    if case.replies[number].is_empty() {
                        continue;
                    }
                    let got = play_here(case, *protocol);
                    if got != case.replies[number] {
                        found.push((index, number, got));
                    }
                }
            }
            found
        };
        let builder = || std::thread::Builder::new().stack_size(HOST_STACK_BYTES);
        let runs: Vec<_> =
            (0..threads).map(|first| builder().spawn_scoped(scope, move || work(first))).collect();
        let results = runs.into_iter().filter_map(Result::ok).map(|run| match run.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.flatten().collect()
    });
    different.sort();

    let mut outcome = Outcome::default();
    for (area, cases) in areas {
        let tally = outcome.areas.entry(area.clone()).or_default();
        for case in cases {
            tally.cases += 1;
            for replies in &case.replies {
                if replies.is_empty() { tally.missing += 1 } else { tally.equal += 1 }
            }
        }
    }
    for (index, protocol, got) in different {
        let (area, case) = all[index];
        let tally = outcome.areas.entry(area.to_owned()).or_default();
        let expected = &case.replies[protocol];
        if got.len() == expected.len()
            && std::iter::zip(&got, expected).all(|(got, expected)| exceptions.same(got, expected))
        {
            continue;
        }
        tally.equal -= 1;
        if exceptions.covers(case, PROTOCOLS[protocol].1) {
            tally.excepted += 1;
        } else {
            tally.differ += 1;
            let expected = expected.clone();
            outcome.differences.push(Difference { case: case.clone(), protocol, expected, got });
        }
    }
    outcome.elapsed = start.elapsed();
    outcome
}

/// Asks the real server for the replies of all cases, in both protocols. Gives the names of those that it
/// does not answer: some scripts end redis-server 7.0.15.
///
/// # Errors
/// When the server does not start again.
pub fn ask(oracle: &mut Oracle, areas: &mut [(String, Vec<Case>)]) -> io::Result<Vec<String>> {
    let mut unanswered = Vec::new();
    for case in areas.iter_mut().flat_map(|(_, cases)| cases) {
        for (number, (protocol, _)) in PROTOCOLS.iter().enumerate() {
            match oracle.play(&case.commands, *protocol) {
                // What was recorded stays where only addresses are new.
                Ok(replies) if same(&replies, &case.replies[number]) => {}
                Ok(replies) => case.replies[number] = replies,
                Err(error) => {
                    case.replies[number].clear();
                    unanswered.push(format!("{}: {error}", case.name));
                    *oracle = Oracle::start()?.ok_or(error)?;
                }
            }
        }
    }
    Ok(unanswered)
}

fn same(a: &[Vec<u8>], b: &[Vec<u8>]) -> bool {
    a.len() == b.len()
        && std::iter::zip(a, b).all(|(a, b)| without_addresses(a) == without_addresses(b))
}

/// Plays generated cases on both, while the other side works on the same batch.
///
/// # Errors
/// When the server does not answer.
pub fn generated(
    oracle: &Oracle,
    (first, count): (u64, u64),
    seed: u64,
    only: Option<&Subject>,
    exceptions: &Exceptions,
) -> io::Result<Outcome> {
    /// Cases after which both forget everything and change the protocol.
    const BLOCK: u64 = 1000;
    /// Cases that are sent ahead.
    const BATCH: u64 = 100;
    let start = Instant::now();
    let mut outcome = Outcome::default();
    let mut client = oracle.connect(Protocol::Resp2)?;
    let end = first + count;
    let mut number = first;
    while number < end {
        let which = (number / BLOCK % 2) as usize;
        let (protocol, _) = PROTOCOLS[which];
        client.ask(&[b"FLUSHALL"])?;
        client.ask(&["SCRIPT", "FLUSH"])?;
        client.ask(&[&b"HELLO"[..], if which == 0 { b"2" } else { b"3" }])?;
        let mut here = Here::new(protocol).map_err(io::Error::other)?;
        let block_end = end.min(number - number % BLOCK + BLOCK);
        while number < block_end {
            let batch_end = block_end.min(number + BATCH);
            let batch: Vec<_> =
                (number..batch_end).map(|number| generate::case(seed, number, only)).collect();
            let mut request = Vec::new();
            for argv in batch.iter().flat_map(|(case, _)| &case.commands) {
                encode_command(argv, &mut request);
            }
            client.send(&request)?;
            for (case, subject) in batch {
                let got: Vec<_> = case.commands.iter().map(|argv| here.ask(argv)).collect();
                let expected = case
                    .commands
                    .iter()
                    .map(|_| client.receive())
                    .collect::<io::Result<Vec<_>>>()?;
                let tally = outcome.areas.entry(subject.to_owned()).or_default();
                tally.cases += 1;
                if std::iter::zip(&got, &expected).all(|(a, b)| exceptions.same(a, b)) {
                    tally.equal += 1;
                } else {
                    tally.differ += 1;
                    outcome.differences.push(Difference { case, protocol: which, expected, got });
                }
            }
            number = batch_end;
        }
    }
    // An entry that is removed leaves its key behind until the collector runs, and where the key comes back
    // depends on that. Alone, before any collection, such programs have to give the same.
    let mut suspects = std::mem::take(&mut outcome.differences);
    suspects.retain(|Difference { case, protocol, .. }| {
        let (protocol, _) = PROTOCOLS[*protocol];
        let mut parts = case.name.split(':');
        let subject = parts.next().unwrap_or_default();
        let is_collected = COLLECTED.contains(&subject)
            && oracle.play(&case.commands, protocol).is_ok_and(|expected| {
                let got = play_here(case, protocol);
                std::iter::zip(&got, &expected).all(|(a, b)| exceptions.same(a, b))
            });
        if is_collected && let Some(tally) = outcome.areas.get_mut(subject) {
            tally.differ -= 1;
            tally.excepted += 1;
            exceptions.count_collected();
        }
        !is_collected
    });
    outcome.differences = suspects;
    outcome.elapsed = start.elapsed();
    Ok(outcome)
}
