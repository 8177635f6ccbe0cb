//! The keyspace as a whole, and what a server says about itself.

use std::fmt::Write;

use resp::{Reply, Verbatim};

use crate::command::connection::{database, int};
use crate::command::{self, Command, Flag};
use crate::context::{Answer, Args, Context, count};
use crate::messages::*;
use crate::pattern;

pub(super) fn dbsize(cx: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(count(cx.keyspace.len(cx.session.db)))
}

pub(super) fn flushdb(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    check_flush_mode(args)?;
    cx.keyspace.flush(cx.session.db);
    Ok(Reply::OK)
}

pub(super) fn flushall(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    check_flush_mode(args)?;
    for db in 0..cx.keyspace.databases_len() {
        cx.keyspace.flush(db);
    }
    Ok(Reply::OK)
}

/// `SYNC` and `ASYNC` are the same here: there is no other thread to leave the work to.
fn check_flush_mode(args: Args<'_>) -> Result<(), Failure> {
    if args.len() == 1 || (args.len() == 2 && (args.is(1, "sync") || args.is(1, "async"))) {
        Ok(())
    } else {
        Err(SYNTAX.into())
    }
}

pub(super) fn time(cx: &mut Context<'_>, _: Args<'_>) -> Answer {
    let text = |number: u64| {
        let mut text = Vec::new();
        resp::number::put_i64(number as i64, &mut text);
        Reply::Bulk(text)
    };
    Ok(vec![text(cx.now_ms / 1000), text(cx.now_ms % 1000 * 1000)].into())
}

pub(super) fn swapdb(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let first = int(args.at(1)).map_err(|_| FIRST_DB)?;
    let second = int(args.at(2)).map_err(|_| SECOND_DB)?;
    match (database(cx, first), database(cx, second)) {
        (Some(first), Some(second)) => {
            cx.keyspace.swap(first, second);
            Ok(Reply::OK)
        }
        _ => Err(DB_OUT_OF_RANGE.into()),
    }
}

/// Nobody can subscribe to a keyspace alone.
pub(super) fn publish(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(Reply::Integer(0))
}

/// A command that the keyspace knows of but cannot answer.
pub(super) fn elsewhere(_: &mut Context<'_>, args: Args<'_>) -> Answer {
    Err(command::unknown(args.0))
}

/// A container without a subcommand; its arity asks for one, so this is not reached.
pub(super) fn container(_: &mut Context<'_>, args: Args<'_>) -> Answer {
    Err(command::unknown(args.0))
}

/// `COMMAND` alone: every command.
pub(super) fn command(cx: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(command::all().iter().map(|command| describe(cx, command)).collect())
}

pub(super) fn command_count(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(count(command::all().len()))
}

pub(super) fn command_list(_: &mut Context<'_>, args: Args<'_>) -> Answer {
    let wanted = args.at(4);
    let is_wanted = |command: &&Command| match args.at(3) {
        [] => true,
        kind if kind.eq_ignore_ascii_case(b"pattern") => {
            pattern::matches(wanted, command.name.as_bytes())
        }
        kind if kind.eq_ignore_ascii_case(b"aclcat") => {
            command.categories().iter().any(|name| wanted == name.as_bytes())
        }
        _ => false,
    };
    let is_known = ["module", "aclcat", "pattern"].iter().any(|kind| args.is(3, kind));
    if args.len() != 2 && !(args.len() == 5 && args.is(2, "filterby") && is_known) {
        return Err(SYNTAX.into());
    }
    Ok(command::all().iter().filter(is_wanted).map(|command| Reply::bulk(command.name)).collect())
}

pub(super) fn command_info(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    if args.len() == 2 {
        return command(cx, args);
    }
    let describe = |name: &&[u8]| named(name).map_or(Reply::Nil, |found| describe(cx, found));
    Ok(args.from(2).iter().map(describe).collect())
}

/// The lighter part of `COMMAND DOCS`: the group of each command.
pub(super) fn command_docs(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let wanted: Vec<&Command> = if args.len() == 2 {
        command::all().iter().collect()
    } else {
        args.from(2).iter().filter_map(|name| named(name)).collect()
    };
    let docs = wanted
        .into_iter()
        .flat_map(|command| {
            let group = vec![Reply::bulk("group"), Reply::bulk(command.group())];
            [Reply::bulk(command.name), cx.map(group)]
        })
        .collect();
    Ok(cx.map(docs))
}

pub(super) fn command_getkeys(_: &mut Context<'_>, args: Args<'_>) -> Answer {
    let asked = args.from(2);
    let Ok(command) = command::find(asked) else {
        return Err("ERR Invalid command specified".into());
    };
    if !command.accepts(asked.len()) {
        return Err("ERR Invalid number of arguments specified for command".into());
    }
    match command.key_indices(asked) {
        Some(indices) if !indices.is_empty() => Ok(indices
            .into_iter()
            .filter_map(|at| asked.get(at))
            .map(|key| Reply::bulk(*key))
            .collect()),
        Some(_) => Err("ERR The command has no key arguments".into()),
        None => Err("ERR Invalid arguments specified for command".into()),
    }
}

/// A command by the name that `COMMAND INFO` takes: `get`, `config|get`.
fn named(name: &[u8]) -> Option<&'static Command> {
    let mut parts = name.splitn(2, |&byte| byte == b'|');
    let command = command::lookup(parts.next()?)?;
    match parts.next() {
        None => Some(command),
        Some(_) => command
            .subcommands
            .iter()
            .find(|candidate| candidate.name.as_bytes().eq_ignore_ascii_case(name)),
    }
}

/// One command as `COMMAND` describes it. Tips and key specifications are left empty.
fn describe(cx: &Context<'_>, command: &Command) -> Reply {
    let describe_one = |command: &Command, subcommands: Vec<Reply>| {
        let flags = command.flags().map(|flag: Flag| Reply::status(flag.name())).collect();
        let categories = command
            .categories()
            .into_iter()
            .map(|name| Reply::Status(format!("@{name}").into_bytes().into()))
            .collect();
        let keys = command.keys;
        Reply::from(vec![
            Reply::bulk(command.name),
            Reply::Integer(command.arity.into()),
            cx.set_of(flags),
            Reply::Integer(keys.first.into()),
            Reply::Integer(keys.last.into()),
            Reply::Integer(keys.step.into()),
            cx.set_of(categories),
            cx.set_of(Vec::new()),
            cx.set_of(Vec::new()),
            cx.set_of(subcommands),
        ])
    };
    let subcommands =
        command.subcommands.iter().map(|command| describe_one(command, Vec::new())).collect();
    describe_one(command, subcommands)
}

pub(super) fn command_help(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(help(&[
        "COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "(no subcommand)",
        "    Return details about all Redis commands.",
        "COUNT",
        "    Return the total number of commands in this Redis server.",
        "LIST",
        "    Return a list of all commands in this Redis server.",
        "INFO [<command-name> ...]",
        "    Return details about multiple Redis commands.",
        "DOCS [<command-name> ...]",
        "    Return documentation details about multiple Redis commands.",
        "GETKEYS <full-command>",
        "    Return the keys from a full Redis command.",
        "HELP",
        "    Prints this help.",
    ]))
}

pub(super) fn help(lines: &[&'static str]) -> Reply {
    lines.iter().map(|line| Reply::status(line)).collect()
}

/// The sections of `INFO` that are about a keyspace.
pub(super) fn info(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let wants = |section: &str| {
        args.len() == 1
            || (1..args.len()).any(|at| {
                ["default", "all", "everything", section].iter().any(|name| args.is(at, name))
            })
    };
    let mut text = String::new();
    if wants("server") {
        text += "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n";
    }
    if wants("replication") {
        text += if text.is_empty() { "" } else { "\r\n" };
        text += "# Replication\r\nrole:master\r\nconnected_slaves:0\r\n";
    }
    if wants("keyspace") {
        text += if text.is_empty() { "" } else { "\r\n" };
        text += "# Keyspace\r\n";
        for db in 0..cx.keyspace.databases_len() {
            let Some(database) = cx.keyspace.database(db) else { continue };
            if !database.keys.is_empty() {
                let (keys, expires) = (database.keys.len(), database.expiring_len());
                let _ = write!(text, "db{db}:keys={keys},expires={expires},avg_ttl=0\r\n");
            }
        }
    }
    let text = text.into_bytes();
    Ok(if cx.is_resp3() {
        Reply::Verbatim(Verbatim { format: *b"txt", text })
    } else {
        Reply::Bulk(text)
    })
}

pub(super) fn config_get(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let is_pattern = |name: &[u8]| name.iter().any(|byte| b"*?[\\".contains(byte));
    let mut found = Vec::new();
    for (name, value) in cx.keyspace.settings.iter() {
        let wanted = args
            .from(2)
            .iter()
            .find(|wanted| pattern::matches(&wanted.to_ascii_lowercase(), name.as_bytes()));
        // A name comes back as it was asked for.
        match wanted {
            Some(wanted) if is_pattern(wanted) => found.push(Reply::bulk(name)),
            Some(wanted) => found.push(Reply::bulk(*wanted)),
            None => continue,
        }
        found.push(Reply::bulk(value));
    }
    Ok(cx.map(found))
}

pub(super) fn config_set(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (pairs, rest) = args.from(2).as_chunks::<2>();
    if !rest.is_empty() {
        return Err(SYNTAX.into());
    }
    cx.keyspace.change_settings(pairs)?;
    Ok(Reply::OK)
}

pub(super) fn config_rewrite(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Err("ERR The server is running without a config file".into())
}

pub(super) fn config_resetstat(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(Reply::OK)
}

pub(super) fn config_help(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(help(&[
        "CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "GET <pattern>",
        "    Return parameters matching the glob-like <pattern> and their values.",
        "SET <directive> <value>",
        "    Set the configuration <directive> to <value>.",
        "RESETSTAT",
        "    Reset statistics reported by the INFO command.",
        "REWRITE",
        "    Rewrite the configuration file.",
        "HELP",
        "    Prints this help.",
    ]))
}
