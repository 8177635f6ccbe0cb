//! The keyspace as a whole, and what a server says about itself.

use resp::{Reply, Verbatim};

use crate::command::connection::{database, int};
use crate::command::key_specs::{self, Begin, Find, KeySpec, NotFound};
use crate::command::{self, Command, Flag};
use crate::context::{Answer, Args, Context, count};
use crate::keyspace::KEY_SIZE;
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
        let mut text = Vec::with_capacity(20);
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
    let all = command::all();
    let with_subcommands =
        all.iter().flat_map(|command| std::iter::once(command).chain(command.subcommands));
    Ok(with_subcommands.filter(is_wanted).map(|command| Reply::bulk(command.name)).collect())
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
        Some(_) if command.has(Flag::NoMandatoryKeys) => Ok(Reply::empty_array()),
        Some(_) => Err("ERR The command has no key arguments".into()),
        None => Err("ERR Invalid arguments specified for command".into()),
    }
}

/// The keys among arguments, each with what the command does to it.
pub(super) fn command_getkeysandflags(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let asked = args.from(2);
    let Ok(command) = command::find(asked) else {
        return Err("ERR Invalid command specified".into());
    };
    let specs = key_specs::key_specs(command.name);
    if specs.iter().all(|spec| spec.has("not_key")) {
        return Err("ERR The command has no key arguments".into());
    }
    if !command.accepts(asked.len()) {
        return Err("ERR Invalid number of arguments specified for command".into());
    }
    let describe = |(at, flags): (usize, &'static str)| {
        let key = Reply::bulk(asked.get(at).copied().unwrap_or_default());
        Reply::from(vec![key, cx.set_of(flags.split(' ').map(Reply::status).collect())])
    };
    match keys_and_flags(command, specs, asked) {
        Some(keys) => Ok(keys.into_iter().map(describe).collect()),
        None if command.has(Flag::NoMandatoryKeys) => Ok(Reply::empty_array()),
        None => Err("ERR Invalid arguments specified for command".into()),
    }
}

fn keys_and_flags(
    command: &Command,
    specs: &[KeySpec],
    argv: &[&[u8]],
) -> Option<Vec<(usize, &'static str)>> {
    let is_all_told =
        |spec: &KeySpec| !spec.has("incomplete") && spec.indices(argv) != Err(NotFound::Unknown);
    if !specs.iter().all(is_all_told) {
        // `MIGRATE` does the same to all; what `SORT` stores is behind what it reads.
        let first = specs.first()?.flags;
        let flags = |nth| if nth > 0 && command.name == "sort" { "OW update" } else { first };
        let keys = command.key_indices(argv)?.into_iter().enumerate();
        return Some(keys.map(|(nth, at)| (at, flags(nth))).collect());
    }
    let mut keys = Vec::new();
    for spec in specs {
        let flags = if spec.has("variable_flags") { flags_of(command, argv) } else { spec.flags };
        match spec.indices(argv) {
            Ok(indices) => keys.extend(indices.into_iter().map(|at| (at, flags))),
            Err(NotFound::Absent) => {}
            Err(_) => return None,
        }
    }
    (!keys.is_empty()).then_some(keys)
}

/// What `SET` and `BITFIELD` do to their key, which depends on their options.
fn flags_of(command: &Command, argv: &[&[u8]]) -> &'static str {
    let options = argv.get(2..).unwrap_or_default();
    let has =
        |word: &str| options.iter().any(|option| option.eq_ignore_ascii_case(word.as_bytes()));
    match command.name {
        "set" if !has("get") => "OW update",
        "bitfield" if !has("set") && !has("incrby") => "RO access",
        _ => "RW access update",
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

/// One command as `COMMAND` describes it.
fn describe(cx: &Context<'_>, command: &Command) -> Reply {
    let describe_one = |command: &Command, subcommands: Vec<Reply>| {
        let flags = command.flags().map(|flag: Flag| Reply::status(flag.name())).collect();
        let categories = command
            .categories()
            .into_iter()
            .map(|name| Reply::Status(format!("@{name}").into_bytes().into()))
            .collect();
        let keys = command.keys;
        let specs = key_specs::key_specs(command.name);
        Reply::from(vec![
            Reply::bulk(command.name),
            Reply::Integer(command.arity.into()),
            cx.set_of(flags),
            Reply::Integer(keys.first.into()),
            Reply::Integer(keys.last.into()),
            Reply::Integer(keys.step.into()),
            cx.set_of(categories),
            cx.set_of(key_specs::tips(command.name).iter().map(|tip| Reply::bulk(*tip)).collect()),
            cx.set_of(specs.iter().map(|spec| describe_keys(cx, spec)).collect()),
            cx.set_of(subcommands),
        ])
    };
    let subcommands =
        command.subcommands.iter().map(|command| describe_one(command, Vec::new())).collect();
    describe_one(command, subcommands)
}

fn describe_keys(cx: &Context<'_>, spec: &KeySpec) -> Reply {
    let found = |kind: &'static str, facts: &[(&'static str, i64)]| {
        let facts = facts.iter().flat_map(|(name, at)| [Reply::bulk(*name), Reply::Integer(*at)]);
        typed(cx, kind, facts.collect())
    };
    let begin = match spec.begin {
        Begin::Index(index) => found("index", &[("index", index)]),
        Begin::Keyword(word, from) => {
            let facts = [Reply::bulk("keyword"), Reply::bulk(word)];
            let from = [Reply::bulk("startfrom"), Reply::Integer(from)];
            typed(cx, "keyword", [facts, from].concat())
        }
        Begin::Unknown => found("unknown", &[]),
    };
    let find = match spec.find {
        Find::Range(last, step, limit) => {
            found("range", &[("lastkey", last), ("keystep", step), ("limit", limit)])
        }
        Find::Count(at, first, step) => {
            found("keynum", &[("keynumidx", at), ("firstkey", first), ("keystep", step)])
        }
        Find::Unknown => found("unknown", &[]),
    };
    let flags = spec.flags.split(' ').map(Reply::status).collect();
    let mut facts = Vec::with_capacity(8);
    if !spec.notes.is_empty() {
        facts.extend([Reply::bulk("notes"), Reply::bulk(spec.notes)]);
    }
    facts.extend([Reply::bulk("flags"), cx.set_of(flags)]);
    facts.extend([Reply::bulk("begin_search"), begin, Reply::bulk("find_keys"), find]);
    cx.map(facts)
}

fn typed(cx: &Context<'_>, kind: &'static str, facts: Vec<Reply>) -> Reply {
    cx.map(vec![Reply::bulk("type"), Reply::bulk(kind), Reply::bulk("spec"), cx.map(facts)])
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

/// Sections of `INFO`, those that are shown without argument: with the facts that a keyspace has, and
/// nothing made up about processes, clients and disks.
const SECTIONS: &[&str] = &[
    "server",
    "clients",
    "memory",
    "persistence",
    "stats",
    "replication",
    "commandstats",
    "errorstats",
    "cluster",
    "keyspace",
];

pub(super) fn info(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let wants = |section: &str| {
        // How often each command was called is told only to those who ask.
        let is_usual = section != "commandstats";
        (args.len() == 1 && is_usual)
            || (1..args.len()).any(|at| {
                (args.is(at, "default") && is_usual)
                    || ["all", "everything", section].iter().any(|name| args.is(at, name))
            })
    };
    let mut text = Vec::new();
    let mut is_first = true;
    for section in SECTIONS.iter().filter(|section| wants(section)) {
        text.extend_from_slice(if is_first { b"" } else { b"\r\n" });
        text.extend_from_slice(section_text(cx, section).as_bytes());
        is_first = false;
    }
    Ok(if cx.is_resp3() {
        Reply::Verbatim(Verbatim { format: *b"txt", text })
    } else {
        Reply::Bulk(text)
    })
}

fn section_text(cx: &mut Context<'_>, section: &str) -> String {
    let used_bytes = cx.keyspace.used_bytes();
    let setting = |name: &str| cx.keyspace.setting(name).unwrap_or_default();
    let lines = match section {
        "server" => vec![
            "# Server".to_owned(),
            "redis_version:7.0.15".to_owned(),
            "redis_git_sha1:00000000".to_owned(),
            "redis_git_dirty:0".to_owned(),
            "redis_mode:standalone".to_owned(),
            "arch_bits:64".to_owned(),
            "tcp_port:0".to_owned(),
            format!("server_time_usec:{}", cx.now_ms.saturating_mul(1000)),
            format!("hz:{}", setting("hz")),
        ],
        "clients" => vec![
            "# Clients".to_owned(),
            "connected_clients:1".to_owned(),
            "cluster_connections:0".to_owned(),
            format!("maxclients:{}", setting("maxclients")),
            "blocked_clients:0".to_owned(),
        ],
        "memory" => vec![
            "# Memory".to_owned(),
            format!("used_memory:{used_bytes}"),
            format!("maxmemory:{}", setting("maxmemory")),
            format!("maxmemory_policy:{}", setting("maxmemory-policy")),
            "mem_fragmentation_ratio:1.00".to_owned(),
            "lazyfree_pending_objects:0".to_owned(),
            "lazyfreed_objects:0".to_owned(),
        ],
        "persistence" => vec![
            "# Persistence".to_owned(),
            "loading:0".to_owned(),
            "async_loading:0".to_owned(),
            format!("rdb_changes_since_last_save:{}", cx.keyspace.changes()),
            "rdb_bgsave_in_progress:0".to_owned(),
            "aof_enabled:0".to_owned(),
        ],
        "stats" => {
            let statistics = cx.keyspace.statistics();
            vec![
                "# Stats".to_owned(),
                format!("expired_keys:{}", statistics.expired_keys),
                format!("evicted_keys:{}", statistics.evicted_keys),
                "migrate_cached_sockets:0".to_owned(),
                format!("keyspace_hits:{}", statistics.hits),
                format!("keyspace_misses:{}", statistics.misses),
            ]
        }
        "replication" => vec![
            "# Replication".to_owned(),
            "role:master".to_owned(),
            "connected_slaves:0".to_owned(),
            "master_failover_state:no-failover".to_owned(),
            "master_repl_offset:0".to_owned(),
        ],
        // Only a server counts these.
        "commandstats" => vec!["# Commandstats".to_owned()],
        "errorstats" => vec!["# Errorstats".to_owned()],
        "cluster" => vec!["# Cluster".to_owned(), "cluster_enabled:0".to_owned()],
        _ => std::iter::once("# Keyspace".to_owned()).chain(databases_lines(cx)).collect(),
    };
    lines.into_iter().map(|line| line + "\r\n").collect()
}

fn databases_lines<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = String> + 'a {
    (0..cx.keyspace.databases_len()).filter_map(|db| {
        let database = cx.keyspace.database(db)?;
        let (keys, expires) = (database.keys.len(), database.expiring_len());
        (keys > 0).then(|| format!("db{db}:keys={keys},expires={expires},avg_ttl=0"))
    })
}

/// The line at the end of the drawing; there is no drawing here.
pub(super) fn lolwut(cx: &mut Context<'_>, _: Args<'_>) -> Answer {
    let text = b"Redis ver. 7.0.15\n".to_vec();
    Ok(if cx.is_resp3() {
        Reply::Verbatim(Verbatim { format: *b"txt", text })
    } else {
        Reply::Bulk(text)
    })
}

/// There is nothing to test that would not have failed before.
pub(super) fn pfselftest(_: &mut Context<'_>, _: Args<'_>) -> Answer {
    Ok(Reply::OK)
}

/// About as many bytes as Redis would need.
pub(super) fn memory_usage(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let mut index = 3;
    while index < args.len() {
        if !args.is(index, "samples") || index + 1 >= args.len() {
            return Err(SYNTAX.into());
        }
        if args.integer(index + 1)? < 0 {
            return Err(SYNTAX.into());
        }
        index += 2;
    }
    let key = args.at(2);
    Ok(cx.peek(key).map_or(Reply::Nil, |value| count(KEY_SIZE + key.len() + value.size())))
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

pub(super) fn config_resetstat(cx: &mut Context<'_>, _: Args<'_>) -> Answer {
    cx.keyspace.reset_statistics();
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
