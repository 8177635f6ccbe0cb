//! The texts of errors in one place to read: of every hand-written case that ends in an error.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use conformance::case::{self, Case};
use conformance::here::Here;
use resp::Protocol;

/// Errors end in the digest of their script.
fn without_digest(text: &str) -> String {
    match text.split_once(" script: ") {
        Some((before, after)) if after.len() > 40 => format!("{before} script: …{}", &after[40..]),
        _ => text.to_owned(),
    }
}

fn errors(area: &str) -> String {
    let mut list = String::new();
    for Case { commands, .. } in case::load(area).unwrap() {
        let mut here = Here::new(Protocol::Resp2).unwrap();
        for argv in &commands {
            let reply = here.ask(argv);
            if !reply.starts_with(b"-") {
                continue;
            }
            let words = if argv[0] == b"EVAL" && argv.len() == 3 { &argv[1..2] } else { &argv[..] };
            let words: Vec<String> =
                words.iter().map(|word| word.escape_ascii().to_string()).collect();
            let reply = String::from_utf8_lossy(&reply).trim_end().to_owned();
            list.extend([&words.join(" "), "\n    ", &without_digest(&reply), "\n"]);
        }
    }
    list
}

#[test]
fn of_cjson() {
    insta::assert_snapshot!("cjson", errors("cjson"));
}

#[test]
fn of_cmsgpack() {
    insta::assert_snapshot!("cmsgpack", errors("cmsgpack"));
}

#[test]
fn of_struct() {
    insta::assert_snapshot!("struct", errors("struct"));
}

#[test]
fn of_bit() {
    insta::assert_snapshot!("bit", errors("bit"));
}
