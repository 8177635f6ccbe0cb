//! The command table, and what is read off it: dispatch, arity, permissions, keys, `COMMAND`.
//!
//! To add a command: one line in `command/table.rs`, one function in the file of its family, and a sequence
//! in `tests/cases/`.

mod table;

mod bitmap;
mod blocking;
mod connection;
mod dump;
mod geo;
mod hash;
mod hyper_log_log;
mod key;
mod key_specs;
mod list;
mod scan;
mod server;
mod set;
mod sort;
mod sorted_set;
mod stream;
mod string;

use std::fmt;

use resp::Reply;

use crate::context::{Answer, Args, Context};
use crate::limits::UNKNOWN_COMMAND_SIZE_MAX;
use crate::messages::Failure;

pub(crate) use blocking::retry;
pub use flags::Flag;

/// What a command is and may do.
pub struct Command {
    name: &'static str,
    arity: i8,
    flags: u32,
    keys: KeyPositions,
    categories: u32,
    subcommands: &'static [Command],
    handler: Handler,
}

type Handler = fn(&mut Context<'_>, Args<'_>) -> Answer;

/// Where the keys are among the arguments, the name at 0. `first` is 0 for a command without keys at fixed
/// places; a negative `last` counts from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPositions {
    /// Index of the first key.
    pub first: i8,
    /// Index of the last key.
    pub last: i8,
    /// Distance between keys.
    pub step: i8,
}

/// Declares a part of the table: `name arity [flags] (first last step) [categories] => handler, subcommands;`
macro_rules! commands {
    ($table:ident: $(
        $name:literal $arity:literal [$($flag:ident)*] ($first:literal $last:literal $step:literal)
        [$($category:ident)*] => $handler:expr $(, $subcommands:ident)?;
    )*) => {
        pub(super) static $table: &[Command] = &[$(Command {
            name: $name,
            arity: $arity,
            flags: 0 $(| flags::$flag)*,
            keys: KeyPositions { first: $first, last: $last, step: $step },
            categories: 0 $(| categories::$category)*,
            subcommands: commands!(@ $($subcommands)?),
            handler: $handler,
        },)*];
    };
    (@) => { &[] };
    (@ $subcommands:ident) => { $subcommands };
}
use commands;

/// The bits of [`Command::has`], in the order in which `COMMAND` names them.
mod flags {
    macro_rules! flags {
        ($($(#[$doc:meta])* $bit:literal $constant:ident $variant:ident $name:literal;)*) => {
            /// A property of a command.
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            #[non_exhaustive]
            pub enum Flag { $($(#[$doc])* $variant,)* }

            impl Flag {
                pub(super) const ALL: &[Flag] = &[$(Flag::$variant,)*];

                pub(super) fn bit(self) -> u32 {
                    match self { $(Flag::$variant => 1 << $bit,)* }
                }

                /// The name in `COMMAND`'s answer.
                pub fn name(self) -> &'static str {
                    match self { $(Flag::$variant => $name,)* }
                }
            }

            $(pub(super) const $constant: u32 = 1 << $bit;)*
        };
    }

    flags! {
        /// May change the keyspace.
        0 WRITE Write "write";
        /// Reads keys and changes nothing.
        1 READONLY Readonly "readonly";
        /// Refused when memory has run out.
        2 DENYOOM DenyOom "denyoom";
        /// Administration.
        3 ADMIN Admin "admin";
        /// Publishes or subscribes.
        4 PUBSUB PubSub "pubsub";
        /// Refused in scripts.
        5 NOSCRIPT NoScript "noscript";
        /// May wait.
        6 BLOCKING Blocking "blocking";
        /// Allowed while data is being loaded.
        7 LOADING Loading "loading";
        /// Allowed on a replica with stale data.
        8 STALE Stale "stale";
        /// Not shown by `MONITOR`.
        9 SKIP_MONITOR SkipMonitor "skip_monitor";
        /// Not logged as slow.
        10 SKIP_SLOWLOG SkipSlowlog "skip_slowlog";
        /// Allowed for keys that are on their way between the nodes of a cluster.
        11 ASKING Asking "asking";
        /// Takes constant or logarithmic time.
        12 FAST Fast "fast";
        /// Allowed before authentication.
        13 NO_AUTH NoAuth "no_auth";
        /// May come without keys although it could have some.
        14 NO_MANDATORY_KEYS NoMandatoryKeys "no_mandatory_keys";
        /// Refused while data is being loaded in the background.
        15 NO_ASYNC_LOADING NoAsyncLoading "no_async_loading";
        /// Refused in `MULTI`.
        16 NO_MULTI NoMulti "no_multi";
        /// Where the keys are depends on the arguments.
        17 MOVABLEKEYS MovableKeys "movablekeys";
        /// Allowed while a script is running.
        18 ALLOW_BUSY AllowBusy "allow_busy";
        /// Needs a connection or a script engine: not answered by the keyspace. Not named by `COMMAND`.
        31 ELSEWHERE Elsewhere "";
    }
}

/// The bits of categories that do not follow from flags.
mod categories {
    pub(super) const KEYSPACE: u32 = 1 << 0;
    pub(super) const SET: u32 = 1 << 1;
    pub(super) const SORTEDSET: u32 = 1 << 2;
    pub(super) const LIST: u32 = 1 << 3;
    pub(super) const HASH: u32 = 1 << 4;
    pub(super) const STRING: u32 = 1 << 5;
    pub(super) const BITMAP: u32 = 1 << 6;
    pub(super) const ADMIN: u32 = 1 << 7;
    pub(super) const DANGEROUS: u32 = 1 << 8;
    pub(super) const CONNECTION: u32 = 1 << 9;
    pub(super) const TRANSACTION: u32 = 1 << 10;
    pub(super) const SCRIPTING: u32 = 1 << 11;
    pub(super) const STREAM: u32 = 1 << 12;
    pub(super) const HYPERLOGLOG: u32 = 1 << 13;
    pub(super) const GEO: u32 = 1 << 14;
}

impl Command {
    /// The name in lower case; `object|encoding` for a subcommand.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The number of arguments, the name counted; negative when there may be more.
    pub fn arity(&self) -> i8 {
        self.arity
    }

    /// Whether the command has a property.
    pub fn has(&self, flag: Flag) -> bool {
        self.flags & flag.bit() != 0
    }

    /// Whether the command may change the keyspace.
    pub fn is_write(&self) -> bool {
        self.has(Flag::Write)
    }

    /// Whether scripts may not call the command.
    pub fn is_noscript(&self) -> bool {
        self.has(Flag::NoScript)
    }

    /// Whether the command is refused when memory has run out.
    pub fn is_denyoom(&self) -> bool {
        self.has(Flag::DenyOom)
    }

    /// Whether [`Keyspace::execute`](crate::Keyspace::execute) answers the command. Others need a
    /// connection or a script engine.
    pub fn is_here(&self) -> bool {
        !self.has(Flag::Elsewhere)
    }

    /// The names of the command's properties, in the order of `COMMAND`.
    pub fn flags(&self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(|&flag| self.has(flag) && flag != Flag::Elsewhere)
    }

    /// Where the keys are, as far as that is fixed.
    pub fn key_positions(&self) -> KeyPositions {
        self.keys
    }

    /// The subcommands of a container such as `CONFIG`.
    pub fn subcommands(&self) -> &'static [Command] {
        self.subcommands
    }

    /// Whether the command takes this many arguments, its name counted.
    pub fn accepts(&self, argument_count: usize) -> bool {
        let arity = usize::from(self.arity.unsigned_abs());
        if self.arity < 0 { argument_count >= arity } else { argument_count == arity }
    }

    /// The group in which the documentation lists the command.
    pub fn group(&self) -> &'static str {
        use categories::*;
        match self.name {
            "dbsize" | "flushdb" | "flushall" | "swapdb" | "command" => return "server",
            "object" | "wait" => return "generic",
            "client" => return "connection",
            "pubsub" => return "pubsub",
            "function" | "script" => return "scripting",
            "readonly" | "readwrite" | "asking" | "cluster" => return "cluster",
            _ => {}
        }
        [
            (KEYSPACE, "generic"),
            (SET, "set"),
            (SORTEDSET, "sorted-set"),
            (LIST, "list"),
            (HASH, "hash"),
            (STRING, "string"),
            (BITMAP, "bitmap"),
            (HYPERLOGLOG, "hyperloglog"),
            (GEO, "geo"),
            (STREAM, "stream"),
            (CONNECTION, "connection"),
            (TRANSACTION, "transactions"),
            (SCRIPTING, "scripting"),
        ]
        .into_iter()
        .find(|(category, _)| self.categories & category != 0)
        .map_or(if self.has(Flag::PubSub) { "pubsub" } else { "server" }, |(_, group)| group)
    }

    /// The access control categories, without the `@`, in the order of `COMMAND`.
    pub fn categories(&self) -> Vec<&'static str> {
        use categories::*;
        let own = |bit: u32| self.categories & bit != 0;
        let flag = |bit: u32| self.flags & bit != 0;
        let is_admin = own(ADMIN) || flag(flags::ADMIN);
        let is_scripting = own(SCRIPTING);
        [
            (own(KEYSPACE), "keyspace"),
            (flag(flags::READONLY) && !is_scripting, "read"),
            (flag(flags::WRITE), "write"),
            (own(SET), "set"),
            (own(SORTEDSET), "sortedset"),
            (own(LIST), "list"),
            (own(HASH), "hash"),
            (own(STRING), "string"),
            (own(BITMAP), "bitmap"),
            (own(HYPERLOGLOG), "hyperloglog"),
            (own(GEO), "geo"),
            (own(STREAM), "stream"),
            (flag(flags::PUBSUB), "pubsub"),
            (is_admin, "admin"),
            (flag(flags::FAST), "fast"),
            (!flag(flags::FAST), "slow"),
            (flag(flags::BLOCKING), "blocking"),
            (own(DANGEROUS) || flag(flags::ADMIN), "dangerous"),
            (own(CONNECTION), "connection"),
            (own(TRANSACTION), "transaction"),
            (is_scripting, "scripting"),
        ]
        .into_iter()
        .filter_map(|(applies, name)| applies.then_some(name))
        .collect()
    }

    /// The indices of the keys among these arguments, the name at 0. `None` when the arguments are not
    /// valid for the command.
    pub fn key_indices<A: AsRef<[u8]>>(&self, argv: &[A]) -> Option<Vec<usize>> {
        if !self.accepts(argv.len()) {
            return None;
        }
        if self.has(Flag::MovableKeys)
            && let Some(keys) = self.counted_keys(argv)
        {
            return keys;
        }
        if self.has(Flag::MovableKeys)
            && let Some(keys) = self.optional_keys(argv)
        {
            return keys;
        }
        let KeyPositions { first, last, step } = self.keys;
        let last = if last < 0 { argv.len() as i64 + i64::from(last) } else { i64::from(last) };
        if first <= 0 || step <= 0 || last >= argv.len() as i64 {
            return (first <= 0 || step <= 0).then(Vec::new);
        }
        Some((i64::from(first)..=last).step_by(step as usize).map(|at| at as usize).collect())
    }

    /// Keys whose number is an argument: `None` for another command, `Some(None)` when the number is wrong.
    #[expect(clippy::option_option, reason = "the two mean different things to one caller")]
    fn counted_keys<A: AsRef<[u8]>>(&self, argv: &[A]) -> Option<Option<Vec<usize>>> {
        let (count_at, stored_at) = match self.name {
            "sintercard" | "zintercard" | "zunion" | "zinter" | "zdiff" | "lmpop" | "zmpop" => {
                (1, None)
            }
            "zunionstore" | "zinterstore" | "zdiffstore" => (2, Some(1)),
            "eval" | "eval_ro" | "evalsha" | "evalsha_ro" | "fcall" | "fcall_ro" | "blmpop"
            | "bzmpop" => (2, None),
            _ => return None,
        };
        let keys = |count: &A| {
            let count = usize::try_from(resp::number::parse_i64(count.as_ref())?).ok()?;
            let is_possible = count < argv.len() - count_at;
            let keys = stored_at.into_iter().chain(count_at + 1..=count_at + count);
            is_possible.then(|| keys.collect())
        };
        Some(argv.get(count_at).and_then(keys))
    }

    /// Keys that an option names: `None` for another command, `Some(None)` when an option is wrong.
    #[expect(clippy::option_option, reason = "the two mean different things to one caller")]
    fn optional_keys<A: AsRef<[u8]>>(&self, argv: &[A]) -> Option<Option<Vec<usize>>> {
        let is = |at: usize, word: &[u8]| {
            argv.get(at).is_some_and(|argument| argument.as_ref().eq_ignore_ascii_case(word))
        };
        match self.name {
            "xread" | "xreadgroup" => {
                let streams = (1..argv.len()).find(|&at| is(at, b"streams"));
                let keys =
                    streams.map(|at| (at + 1, argv.len() - at - 1)).and_then(|(first, count)| {
                        (count > 0).then(|| (first..first + count / 2).collect())
                    });
                Some(keys)
            }
            // The last `STORE` counts.
            "sort" => {
                let stored = (2..argv.len().saturating_sub(1)).rfind(|&at| is(at, b"store"));
                Some(Some(std::iter::once(1).chain(stored.map(|at| at + 1)).collect()))
            }
            "sort_ro" => Some(Some(vec![1])),
            "georadius" | "georadiusbymember" => {
                let from = if self.name == "georadius" { 6 } else { 5 };
                let stored = (from..argv.len().saturating_sub(1))
                    .rfind(|&at| is(at, b"store") || is(at, b"storedist"));
                Some(Some(std::iter::once(1).chain(stored.map(|at| at + 1)).collect()))
            }
            // Several keys, which take the place of an empty one.
            "migrate" => {
                let named = (6..argv.len()).find(|&at| is(at, b"keys"));
                let is_free = is(3, b"");
                named.map(|at| is_free.then(|| (at + 1..argv.len()).collect()))
            }
            _ => None,
        }
    }

    /// The error for a wrong number of arguments.
    fn wrong_arity(&self) -> Failure {
        format!("ERR wrong number of arguments for '{}' command", self.name).into()
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({})", self.name)
    }
}

/// Every command, containers without their subcommands, in the order of the table.
pub fn all() -> &'static [Command] {
    table::COMMANDS
}

/// The command with this name, in any case.
pub fn lookup(name: &[u8]) -> Option<&'static Command> {
    table::COMMANDS.get(index_of(name)?)
}

/// Where the command with this name, in any case, is in [`all`].
pub fn index_of(name: &[u8]) -> Option<usize> {
    let mut cell = hash_name(name) as usize % INDEX_SIZE;
    loop {
        match INDEX[cell] {
            0 => return None,
            position => {
                let index = position as usize - 1;
                if is_name(table::COMMANDS[index].name.as_bytes(), name) {
                    return Some(index);
                }
            }
        }
        cell = (cell + 1) % INDEX_SIZE;
    }
}

/// The command that these arguments ask for, subcommands looked up, and the number of arguments checked.
///
/// # Errors
/// The error reply of Redis for an unknown command or subcommand, or a wrong number of arguments.
pub fn resolve<A: AsRef<[u8]>>(argv: &[A]) -> Result<&'static Command, Reply> {
    let command = find(argv).map_err(Reply::from)?;
    if command.accepts(argv.len()) { Ok(command) } else { Err(command.wrong_arity().into()) }
}

/// Runs a command. `argv` holds its name at least, or it is as unknown as an empty one.
pub(crate) fn run(context: &mut Context<'_>, argv: &[&[u8]]) -> Reply {
    let command = match resolve(argv) {
        Ok(command) => command,
        Err(refusal) => return refusal,
    };
    run_resolved(context, command, argv)
}

/// Runs the command that [`resolve`] has found for these arguments.
pub(crate) fn run_resolved(context: &mut Context<'_>, command: &Command, argv: &[&[u8]]) -> Reply {
    let reply = match (command.handler)(context, Args(argv)) {
        Ok(reply) => reply,
        Err(failure) => failure.into(),
    };
    if context.keyspace.notices.is_on() {
        context.keyspace.tell(command.name, Args(argv), command.is_write(), &reply);
    }
    reply
}

fn find<A: AsRef<[u8]>>(argv: &[A]) -> Result<&'static Command, Failure> {
    let name = argv.first().map(AsRef::as_ref).unwrap_or_default();
    let command = lookup(name).ok_or_else(|| unknown(argv))?;
    if command.subcommands.is_empty() || argv.len() < 2 {
        return Ok(command);
    }
    let subcommand = argv[1].as_ref();
    command
        .subcommands
        .iter()
        .find(|candidate| {
            let own = candidate.name.as_bytes().get(command.name.len() + 1..).unwrap_or_default();
            own.eq_ignore_ascii_case(subcommand)
        })
        .ok_or_else(|| {
            let mut text = b"ERR unknown subcommand '".to_vec();
            text.extend_from_slice(until_nul(subcommand, UNKNOWN_COMMAND_SIZE_MAX));
            text.extend_from_slice(b"'. Try ");
            text.extend(name.to_ascii_uppercase());
            text.extend_from_slice(b" HELP.");
            text.into()
        })
}

/// The error for a name that is no command: it repeats the name and the first arguments.
fn unknown<A: AsRef<[u8]>>(argv: &[A]) -> Failure {
    let name = argv.first().map(AsRef::as_ref).unwrap_or_default();
    let mut arguments = Vec::new();
    for argument in argv.iter().skip(1) {
        let Some(room) = UNKNOWN_COMMAND_SIZE_MAX.checked_sub(arguments.len()).filter(|&n| n > 0)
        else {
            break;
        };
        arguments.push(b'\'');
        arguments.extend_from_slice(until_nul(argument.as_ref(), room));
        arguments.extend_from_slice(b"' ");
    }
    let mut text = b"ERR unknown command '".to_vec();
    text.extend_from_slice(until_nul(name, UNKNOWN_COMMAND_SIZE_MAX));
    text.extend_from_slice(b"', with args beginning with: ");
    text.extend(arguments);
    text.into()
}

/// As much of `text` as C's `%.*s` prints.
fn until_nul(text: &[u8], size_max: usize) -> &[u8] {
    let size = memchr::memchr(0, text).unwrap_or(text.len()).min(size_max);
    &text[..size]
}

/// Cells of the index; a power of two, at least twice the number of commands.
const INDEX_SIZE: usize = 1024;

/// Hash of a name to its position (from 1) in the table; 0 is a free cell.
static INDEX: [u16; INDEX_SIZE] = build_index();

const fn build_index() -> [u16; INDEX_SIZE] {
    let mut index = [0; INDEX_SIZE];
    let mut at = 0;
    assert!(table::COMMANDS.len() * 2 < INDEX_SIZE);
    while at < table::COMMANDS.len() {
        let mut cell = hash_name(table::COMMANDS[at].name.as_bytes()) as usize % INDEX_SIZE;
        while index[cell] != 0 {
            cell = (cell + 1) % INDEX_SIZE;
        }
        index[cell] = at as u16 + 1;
        at += 1;
    }
    index
}

/// A hash of the length and four bytes of a name, in either case.
#[inline]
const fn hash_name(name: &[u8]) -> u32 {
    let len = name.len();
    if len == 0 {
        return 0;
    }
    let last = len - 1;
    let [second, middle] = [if last > 0 { 1 } else { 0 }, len / 2];
    // The bit in which the cases differ.
    let folded =
        u32::from_le_bytes([name[0], name[second], name[middle], name[last]]) | 0x2020_2020;
    let hash = (folded ^ (len as u32) << 6).wrapping_mul(0x9E37_79B1);
    hash >> 15
}

/// Whether `given` is the name `own`, which is in lower case.
#[inline]
fn is_name(own: &[u8], given: &[u8]) -> bool {
    own.len() == given.len()
        && own.iter().zip(given).all(|(own, given)| *own == given.to_ascii_lowercase())
}
