//! The command table against what redis-server 7.0.15 answers to `COMMAND` (`command-table.jsonl`: name,
//! arity, flags, first key, last key, step, categories, tips, key specifications; one command or subcommand a line).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use redis_keyspace::command::{self, Command, Flag};
use redis_keyspace::{Config, Keyspace, Session};
use resp::{Protocol, Reply};

#[test]
fn facts_equal_those_of_redis() {
    let recorded: BTreeMap<String, serde_json::Value> = include_str!("command-table.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|facts| (facts[0].as_str().unwrap().to_owned(), facts))
        .collect();
    let check = |command: &Command| {
        let facts = &recorded[command.name()];
        let keys = command.key_positions();
        let flags: Vec<_> = command.flags().map(Flag::name).collect();
        let categories: Vec<_> =
            command.categories().into_iter().map(|name| format!("@{name}")).collect();
        let ours = serde_json::json!([
            command.name(),
            command.arity(),
            flags,
            keys.first,
            keys.last,
            keys.step,
            categories
        ]);
        let facts = facts.as_array().unwrap();
        assert_eq!(ours.as_array().unwrap(), &facts[..7]);
        assert_eq!(described(command.name()), facts[7..], "{}", command.name());
    };
    for command in command::all() {
        check(command);
        command.subcommands().iter().for_each(check);
    }
    assert!(command::all().iter().filter(|command| command.is_here()).count() >= 130);
}

/// Tips and key specifications, as `COMMAND INFO` tells them.
fn described(name: &str) -> Vec<serde_json::Value> {
    let mut keyspace = Keyspace::new(Config::default());
    let mut session = Session { resp: Protocol::Resp3, ..Session::default() };
    let reply = keyspace.execute(&mut session, &["COMMAND", "INFO", name], 0);
    let mut json = Vec::new();
    resp::human::put_json(&reply, &mut json);
    let reply: serde_json::Value = serde_json::from_slice(&json).unwrap();
    reply[0].as_array().unwrap()[7..9].to_vec()
}

#[test]
fn every_name_is_found_in_any_case() {
    for command in command::all() {
        assert_eq!(command::lookup(command.name().as_bytes()).unwrap().name(), command.name());
        let upper = command.name().to_ascii_uppercase();
        assert_eq!(command::lookup(upper.as_bytes()).unwrap().name(), command.name());
    }
    for name in ["", "gett", "ge", "g\0et", "object|encoding"] {
        assert!(command::lookup(name.as_bytes()).is_none(), "{name}");
    }
}

#[test]
fn keys_are_found_among_arguments() {
    #[track_caller]
    fn check(argv: &str, expected: Option<&[usize]>) {
        let argv: Vec<&str> = argv.split(' ').collect();
        let command = command::lookup(argv[0].as_bytes()).unwrap();
        assert_eq!(command.key_indices(&argv).as_deref(), expected);
    }
    check("get a", Some(&[1]));
    check("get a b", None);
    check("ping", Some(&[]));
    check("mset a 1 b 2", Some(&[1, 3]));
    check("del a b c", Some(&[1, 2, 3]));
    check("bitop and d a b", Some(&[2, 3, 4]));
    check("lmove a b left right", Some(&[1, 2]));
    check("eval x 2 a b c", Some(&[3, 4]));
    check("eval x 0", Some(&[]));
    check("eval x 9 a", None);
    check("eval x -1 a", None);
    check("zunionstore d 2 a b weights 1 2", Some(&[1, 3, 4]));
    check("zdiff 1 a", Some(&[2]));
    check("sinterstore d a b", Some(&[1, 2, 3]));
    check("blpop a b 0", Some(&[1, 2]));
}

/// No command panics or breaks a bound with any number of odd arguments.
#[test]
fn every_command_takes_odd_arguments() {
    let words: [&[u8]; 10] = [
        b"k",
        b"2",
        b"",
        b"-1",
        b"-9223372036854775808",
        b"9223372036854775807",
        b"LIMIT",
        b"nan",
        b"\0",
        b"COUNT",
    ];
    let mut session = Session::default();
    let config = Config { string_size_max: 1 << 20, ..Config::default() };
    for preset in [
        "",
        "SET k 5",
        "RPUSH k a",
        "SADD k 1",
        "HSET k 2 2",
        "ZADD k 2 2",
        "XADD k 1-1 2 2",
        "XGROUP CREATE k 2 0 MKSTREAM",
        "PFADD k 2",
    ] {
        for command in command::all().iter().filter(|command| command.is_here()) {
            let names = command.subcommands().iter().map(Command::name).chain([command.name()]);
            for name in names {
                for len in 0..6 {
                    for rotation in 0..words.len() {
                        let mut keyspace = Keyspace::new(config.clone());
                        if !preset.is_empty() {
                            let argv: Vec<&str> = preset.split(' ').collect();
                            keyspace.execute(&mut session, &argv, 1);
                        }
                        let mut argv: Vec<&[u8]> = name.split('|').map(str::as_bytes).collect();
                        argv.extend(
                            (0..len).map(|at| {
                                words[(at * (1 + rotation / 5) + rotation) % words.len()]
                            }),
                        );
                        let _: Reply = keyspace.execute(&mut session, &argv, u64::MAX / 4);
                    }
                }
            }
        }
    }
}
