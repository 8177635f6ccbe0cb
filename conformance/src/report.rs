//! What a run has shown: for people, for Git and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::case::{Argv, PROTOCOLS};
use crate::exceptions::{Exceptions, NOT_ASKED};
use crate::generate::SHOW;
use crate::play::{Difference, Outcome, Tally};

/// Bytes of a command or reply that are shown.
const SHOWN_BYTES: usize = 700;

/// Bytes that two replies have in common shown before the first that differs.
const BEFORE_BYTES: usize = 150;

/// A part of a report: cases of one origin.
#[derive(Debug)]
pub struct Part {
    /// What was played and against what.
    pub title: String,
    /// Whether the cases come from the generator.
    pub generated: bool,
    /// What came of it.
    pub outcome: Outcome,
}

/// Writes to a string, which does not fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {{
        let _ = writeln!($out, $($text)*);
    }};
}

/// A table by area for each part, and the exceptions, as Markdown.
pub fn markdown(parts: &[Part], exceptions: &Exceptions) -> String {
    let mut out = String::from("# Conformance with redis-server 7.0.15\n\n");
    out.push_str("Each case is played in RESP2 and in RESP3 (generated ones in turns), and every byte of every reply is compared.\n");
    for part in parts {
        put!(out, "\n## {}\n", part.title);
        put!(out, "| area | cases | equal replies | exceptions | differ |");
        put!(out, "| --- | ---: | ---: | ---: | ---: |");
        for (area, tally) in &part.outcome.areas {
            row(&mut out, area, tally);
        }
        row(&mut out, "**all**", &part.outcome.total());
    }
    put!(out, "\n## Exceptions\n");
    for (reason, count) in exceptions.by_reason() {
        put!(out, "* {reason}: {count}");
    }
    put!(out, "\nNot asked, since one redis-server differs from the next:\n");
    for what in NOT_ASKED {
        put!(out, "* {what}");
    }
    out
}

fn row(out: &mut String, name: &str, tally: &Tally) {
    let Tally { cases, equal, excepted, differ, .. } = tally;
    put!(out, "| {name} | {cases} | {equal} | {excepted} | {differ} |");
}

/// The same for programs, with each difference.
pub fn json(parts: &[Part], exceptions: &Exceptions) -> Value {
    let tally = |tally: &Tally| {
        json!({
            "cases": tally.cases, "equal": tally.equal, "excepted": tally.excepted,
            "differ": tally.differ, "missing": tally.missing,
        })
    };
    let texts = |list: &[Vec<u8>]| list.iter().map(|text| shown(text)).collect::<Vec<_>>();
    let difference = |difference: &Difference| {
        json!({
            "case": difference.case.name,
            "protocol": PROTOCOLS[difference.protocol].1,
            "commands": difference.case.commands.iter().map(|argv| texts(argv)).collect::<Vec<_>>(),
            "expected": texts(&difference.expected),
            "got": texts(&difference.got),
        })
    };
    let parts: Vec<Value> = parts
        .iter()
        .map(|part| {
            let areas = part.outcome.areas.iter().map(|(name, area)| (name.clone(), tally(area)));
            json!({
                "title": part.title,
                "areas": areas.collect::<serde_json::Map<_, _>>(),
                "all": tally(&part.outcome.total()),
                "seconds": part.outcome.elapsed.as_secs_f64(),
                "differences": part.outcome.differences.iter().map(difference).collect::<Vec<_>>(),
            })
        })
        .collect();
    let exceptions = exceptions.by_reason();
    let exceptions: Vec<Value> = exceptions
        .iter()
        .map(|(reason, count)| json!({"reason": reason, "replies": count}))
        .collect();
    json!({"parts": parts, "exceptions": exceptions})
}

/// One difference in full.
pub fn explain(difference: &Difference) -> String {
    let mut out = format!("{} {}\n", difference.case.name, PROTOCOLS[difference.protocol].1);
    for (index, argv) in difference.case.commands.iter().enumerate() {
        put!(out, "  {}", command(argv));
        let got = difference.got.get(index).map(Vec::as_slice).unwrap_or_default();
        let expected = difference.expected.get(index).map(Vec::as_slice).unwrap_or_default();
        if got == expected {
            put!(out, "    both {}", shown(got));
        } else {
            // Long replies are shown from shortly before they part.
            let parts_at = std::iter::zip(got, expected).take_while(|(a, b)| a == b).count();
            let from = parts_at.saturating_sub(BEFORE_BYTES);
            let (got, expected) = (got.get(from..), expected.get(from..));
            put!(out, "    from byte {from}");
            put!(out, "    want {}", shown(expected.unwrap_or_default()));
            put!(out, "    got  {}", shown(got.unwrap_or_default()));
        }
    }
    out
}

fn command(argv: &Argv) -> String {
    let mut text = String::new();
    for (index, argument) in argv.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        let argument = String::from_utf8_lossy(argument);
        let argument = argument.strip_prefix(SHOW).unwrap_or(&argument);
        text.extend(argument.chars().take(SHOWN_BYTES * 2));
    }
    text
}

fn shown(bytes: &[u8]) -> String {
    let text = bytes.escape_ascii().to_string();
    match text.get(..SHOWN_BYTES) {
        Some(start) if text.len() > SHOWN_BYTES => format!("{start}... [{} bytes]", bytes.len()),
        _ => text,
    }
}
