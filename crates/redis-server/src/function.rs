//! `FUNCTION` with a subcommand.

use redis_stdlib::{Function, Library, RestorePolicy, Running, ScriptError};
use resp::Reply;

use crate::help;
use crate::script;
use crate::server::Server;

/// The texts of this file, as Redis 7.0.15 words them.
const FLUSH_OPTION: &str = "ERR FUNCTION FLUSH only supports SYNC|ASYNC option";
const NO_LIBRARY_NAME: &str = "ERR library name argument was not given";
const RESTORE_POLICY: &str =
    "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.";
const UNKNOWN_ARGUMENT: &[u8] = b"ERR Unknown argument ";
const UNKNOWN_OPTION: &[u8] = b"ERR Unknown option given: ";

const HELP: &[&str] = &[
    "FUNCTION <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "LOAD [REPLACE] <FUNCTION CODE>",
    "    Create a new library with the given library name and code.",
    "DELETE <LIBRARY NAME>",
    "    Delete the given library.",
    "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
    "    Return general information on all the libraries:",
    "    * Library name",
    "    * The engine used to run the Library",
    "    * Library description",
    "    * Functions list",
    "    * Library code (if WITHCODE is given)",
    "    It also possible to get only function that matches a pattern using LIBRARYNAME argument.",
    "STATS",
    "    Return information about the current function running:",
    "    * Function name",
    "    * Command used to run the function",
    "    * Duration in MS that the function is running",
    "    If no function is running, return nil",
    "    In addition, returns a list of available engines.",
    "KILL",
    "    Kill the current running function.",
    "FLUSH [ASYNC|SYNC]",
    "    Delete all the libraries.",
    "    When called without the optional mode argument, the behavior is determined by the",
    "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
    "    * ASYNC: Asynchronously flush the libraries.",
    "    * SYNC: Synchronously flush the libraries.",
    "DUMP",
    "    Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command",
    "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
    "    Restore the libraries represented by the given payload, it is possible to give a restore policy to",
    "    control how to handle existing libraries (default APPEND):",
    "    * FLUSH: delete all existing libraries.",
    "    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.",
    "    * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old",
    "      libraries with the new libraries (notice that even on this option there is a chance of failure",
    "      in case of functions name collision with another library).",
    "HELP",
    "    Prints this help.",
];

/// `FUNCTION` with a subcommand.
pub(crate) fn function(
    server: &mut Server,
    subcommand: &str,
    argv: &[&[u8]],
    now_ms: u64,
) -> Reply {
    let args = argv.get(2..).unwrap_or_default();
    match subcommand {
        "function|load" => load(server, args),
        "function|delete" => {
            done(server.engine.delete_library(args.first().copied().unwrap_or_default()))
        }
        "function|list" => list(server, args),
        "function|stats" => stats(server, now_ms),
        "function|dump" => Reply::bulk(server.engine.dump_libraries()),
        "function|restore" => restore(server, argv, args),
        "function|flush" => match args {
            [] => flush(server),
            [mode] if mode.eq_ignore_ascii_case(b"sync") || mode.eq_ignore_ascii_case(b"async") => {
                flush(server)
            }
            [_] => Reply::error(FLUSH_OPTION),
            _ => wrong_arguments(argv),
        },
        "function|kill" => script::kill(server),
        _ => help(),
    }
}

/// `FUNCTION HELP`.
pub(crate) fn help() -> Reply {
    help::reply(HELP)
}

fn load(server: &mut Server, args: &[&[u8]]) -> Reply {
    let Some((code, options)) = args.split_last() else { return Reply::error(NO_LIBRARY_NAME) };
    if let Some(option) = options.iter().find(|option| !option.eq_ignore_ascii_case(b"replace")) {
        return error(UNKNOWN_OPTION, option);
    }
    match server.engine.load_library(code, !options.is_empty()) {
        Ok(name) => Reply::bulk(name),
        Err(error) => error.into_reply(),
    }
}

fn flush(server: &mut Server) -> Reply {
    server.engine.flush_libraries();
    Reply::OK
}

fn restore(server: &mut Server, argv: &[&[u8]], args: &[&[u8]]) -> Reply {
    let (payload, policy) = match args {
        [payload] => (payload, RestorePolicy::Append),
        [payload, policy] => {
            let policies = [
                ("flush", RestorePolicy::Flush),
                ("append", RestorePolicy::Append),
                ("replace", RestorePolicy::Replace),
            ];
            let policy =
                policies.iter().find(|(name, _)| policy.eq_ignore_ascii_case(name.as_bytes()));
            let Some((_, policy)) = policy else { return Reply::error(RESTORE_POLICY) };
            (payload, *policy)
        }
        _ => return wrong_arguments(argv),
    };
    done(server.engine.restore_libraries(payload, policy))
}

fn list(server: &Server, args: &[&[u8]]) -> Reply {
    let (mut pattern, mut with_code) = (None, false);
    let mut args = args.iter();
    while let Some(argument) = args.next() {
        if !with_code && argument.eq_ignore_ascii_case(b"withcode") {
            with_code = true;
        } else if pattern.is_none() && argument.eq_ignore_ascii_case(b"libraryname") {
            pattern = args.next().map(|pattern| pattern.to_ascii_lowercase());
            if pattern.is_none() {
                return Reply::error(NO_LIBRARY_NAME);
            }
        } else {
            return error(UNKNOWN_ARGUMENT, argument);
        }
    }
    let is_wanted = |library: &&Library| {
        pattern.as_ref().is_none_or(|pattern| {
            redis_keyspace::matches(pattern, &library.name().to_ascii_lowercase())
        })
    };
    server
        .engine
        .libraries()
        .filter(is_wanted)
        .map(|library| describe(library, with_code))
        .collect()
}

fn describe(library: &Library, with_code: bool) -> Reply {
    let mut fields = vec![
        Reply::bulk("library_name"),
        Reply::bulk(library.name()),
        Reply::bulk("engine"),
        Reply::bulk("LUA"),
        Reply::bulk("functions"),
        library.functions().map(describe_function).collect(),
    ];
    if with_code {
        fields.extend([Reply::bulk("library_code"), Reply::bulk(library.code())]);
    }
    Reply::Map(fields.into())
}

fn describe_function(function: &Function) -> Reply {
    let flags: Vec<Reply> = function.flags().names().map(Reply::status).collect();
    let fields = vec![
        Reply::bulk("name"),
        Reply::bulk(function.name()),
        Reply::bulk("description"),
        function.description().map_or(Reply::Nil, Reply::bulk),
        Reply::bulk("flags"),
        Reply::Set(flags.into()),
    ];
    Reply::Map(fields.into())
}

fn stats(server: &Server, now_ms: u64) -> Reply {
    let running = match (server.engine.running(), &server.job) {
        (Some(Running::Function(name)), Some(run)) => Reply::Map(
            vec![
                Reply::bulk("name"),
                Reply::bulk(name),
                Reply::bulk("command"),
                run.argv.iter().map(|argument| Reply::bulk(&argument[..])).collect(),
                Reply::bulk("duration_ms"),
                Reply::Integer(now_ms.saturating_sub(run.started_ms) as i64),
            ]
            .into(),
        ),
        _ => Reply::Nil,
    };
    let count = |number: usize| Reply::Integer(number as i64);
    let libraries = server.engine.libraries();
    let lua = vec![
        Reply::bulk("libraries_count"),
        count(libraries.len()),
        Reply::bulk("functions_count"),
        count(libraries.map(|library| library.functions().len()).sum()),
    ];
    Reply::Map(
        vec![
            Reply::bulk("running_script"),
            running,
            Reply::bulk("engines"),
            Reply::Map(vec![Reply::bulk("LUA"), Reply::Map(lua.into())].into()),
        ]
        .into(),
    )
}

fn done(result: Result<(), ScriptError>) -> Reply {
    match result {
        Ok(()) => Reply::OK,
        Err(error) => error.into_reply(),
    }
}

fn error(text: &[u8], argument: &[u8]) -> Reply {
    Reply::Error([text, argument].concat().into())
}

/// The error for arguments that a subcommand does not know.
fn wrong_arguments(argv: &[&[u8]]) -> Reply {
    let name = argv.get(1).copied().unwrap_or_default();
    let text = [
        b"ERR unknown subcommand or wrong number of arguments for '",
        name,
        b"'. Try FUNCTION HELP.",
    ]
    .concat();
    Reply::Error(text.into())
}
