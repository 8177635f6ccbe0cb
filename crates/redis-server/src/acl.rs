//! Users and what they may do: `ACL SETUSER`, `DELUSER`, `USERS`, `WHOAMI`.
//!
//! The user `default` may do everything. Of the rules for others, those about databases of selectors are not
//! known, and patterns are the same for reading and writing.

use std::cell::RefCell;
use std::rc::Rc;

use ordered::ByteMap;
use redis_keyspace::command::{self, Command, Flag};
use redis_stdlib::{Argv, Commands, Denial, Refusal, Slot};
use resp::{Reply, Text};
use smallvec::SmallVec;

use crate::script::TableCommands;

const KEYS: &str =
    "NOPERM this user has no permissions to access one of the keys used as arguments";
const CHANNELS: &str =
    "NOPERM this user has no permissions to access one of the channels used as arguments";
const DEFAULT_STAYS: &str = "ERR The 'default' user cannot be removed";
const USER_NAME: &str = "ERR Usernames can't contain spaces or null characters";

/// What a user may do.
#[derive(Debug, Clone, Default)]
pub(crate) struct User {
    name: Vec<u8>,
    is_on: bool,
    takes_any_password: bool,
    passwords: Vec<Vec<u8>>,
    /// Patterns of keys.
    keys: Vec<Vec<u8>>,
    /// Patterns of channels.
    channels: Vec<Vec<u8>>,
    /// The last rule that fits a command counts.
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    allows: bool,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    All,
    Category(&'static str),
    /// A command with its subcommands, or one subcommand.
    Command(&'static str),
}

impl Rule {
    fn fits(&self, command: &Command) -> bool {
        match self.what {
            What::All => true,
            What::Category(name) => command.categories().contains(&name),
            What::Command(name) => command
                .name()
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('|')),
        }
    }
}

impl User {
    /// Whether the user may call a command with these arguments.
    pub(crate) fn permits(&self, command: &Command, argv: &[&[u8]]) -> Result<(), Denial> {
        if command.has(Flag::NoAuth) {
            return Ok(());
        }
        if !self.rules.iter().rev().find(|rule| rule.fits(command)).is_some_and(|rule| rule.allows)
        {
            return Err(Denial::Command);
        }
        let fits = |patterns: &[Vec<u8>], text: &[u8]| {
            patterns.iter().any(|pattern| redis_keyspace::matches(pattern, text))
        };
        if command.has(Flag::PubSub) {
            let channels = match command.name() {
                "publish" | "spublish" => argv.get(1..2),
                "subscribe" | "psubscribe" | "ssubscribe" => argv.get(1..),
                _ => None,
            };
            let channels = channels.unwrap_or_default();
            let is_fit = channels.iter().all(|channel| fits(&self.channels, channel));
            return if is_fit { Ok(()) } else { Err(Denial::Channel) };
        }
        let keys = command.key_indices(argv).unwrap_or_default();
        let mut keys = keys.iter().filter_map(|&at| argv.get(at));
        if keys.all(|key| fits(&self.keys, key)) { Ok(()) } else { Err(Denial::Key) }
    }

    /// Why a command of this user is refused, as an error reply.
    pub(crate) fn refusal(&self, command: &Command, argv: &[&[u8]]) -> Option<Text> {
        let text = match self.permits(command, argv).err()? {
            Denial::Command => {
                format!(
                    "NOPERM this user has no permissions to run the '{}' command",
                    command.name()
                )
            }
            Denial::Key => KEYS.to_owned(),
            Denial::Channel => CHANNELS.to_owned(),
        };
        Some(text.into_bytes().into())
    }

    /// Applies a rule of `ACL SETUSER`; the inner text says what is wrong with it.
    fn apply(&mut self, rule: &[u8]) -> Result<(), &'static str> {
        const SYNTAX: &str = "Syntax error";
        let lower = rule.to_ascii_lowercase();
        match &lower[..] {
            b"on" => self.is_on = true,
            b"off" => self.is_on = false,
            b"nopass" => {
                self.takes_any_password = true;
                self.passwords.clear();
            }
            b"resetpass" => {
                self.takes_any_password = false;
                self.passwords.clear();
            }
            b"allkeys" => self.keys.push(b"*".to_vec()),
            b"resetkeys" => self.keys.clear(),
            b"allchannels" => self.channels.push(b"*".to_vec()),
            b"resetchannels" => self.channels.clear(),
            b"allcommands" => self.rule(true, What::All),
            b"nocommands" => self.rule(false, What::All),
            b"reset" => *self = User { name: std::mem::take(&mut self.name), ..User::default() },
            _ => match rule.split_first() {
                Some((b'~', pattern)) => self.keys.push(pattern.to_vec()),
                Some((b'&', pattern)) => self.channels.push(pattern.to_vec()),
                Some((b'>', password)) => {
                    self.takes_any_password = false;
                    self.passwords.push(password.to_vec());
                }
                Some((b'<', password)) => self.passwords.retain(|own| own != password),
                Some((sign @ (b'+' | b'-'), what)) => self.rule(*sign == b'+', find(what)?),
                _ => return Err(SYNTAX),
            },
        }
        Ok(())
    }

    fn rule(&mut self, allows: bool, what: What) {
        // Nothing before a rule about all commands counts any more, so that lists do not grow for ever.
        if matches!(what, What::All) {
            self.rules.clear();
        }
        self.rules.push(Rule { allows, what });
    }
}

/// The command or category with this name.
fn find(name: &[u8]) -> Result<What, &'static str> {
    const UNKNOWN: &str = "Unknown command or category name in ACL";
    if let Some(category) = name.strip_prefix(b"@") {
        if category.eq_ignore_ascii_case(b"all") {
            return Ok(What::All);
        }
        return command::all()
            .iter()
            .flat_map(Command::categories)
            .find(|known| category.eq_ignore_ascii_case(known.as_bytes()))
            .map(What::Category)
            .ok_or(UNKNOWN);
    }
    let mut parts = name.splitn(2, |&b| b == b'|');
    let command = command::lookup(parts.next().unwrap_or_default()).ok_or(UNKNOWN)?;
    if parts.next().is_none() {
        return Ok(What::Command(command.name()));
    }
    let own = |own: &&Command| own.name().as_bytes().eq_ignore_ascii_case(name);
    let subcommand = command.subcommands().iter().find(own).ok_or(UNKNOWN)?;
    Ok(What::Command(subcommand.name()))
}

/// The user of the command in progress; `None` for the default user.
pub(crate) type Acting = Rc<RefCell<Option<Rc<User>>>>;

/// All users but the default one.
#[derive(Debug, Default)]
pub(crate) struct Users {
    users: ByteMap<Rc<User>>,
    pub(crate) acting: Acting,
}

impl Users {
    pub(crate) fn get(&self, name: &[u8]) -> Option<&Rc<User>> {
        self.users.get(name)
    }

    /// The user with this name, if the password is right.
    pub(crate) fn log_in(&self, name: &[u8], password: &[u8]) -> bool {
        self.users.get(name).is_some_and(|user| {
            let is_right = |own: &Vec<u8>| crate::dispatch::is_same(own, password);
            user.is_on && (user.takes_any_password || user.passwords.iter().any(is_right))
        })
    }

    /// `ACL SETUSER name rule ...`
    pub(crate) fn set(&mut self, args: &[&[u8]]) -> Reply {
        let Some((&name, rules)) = args.split_first() else { return Reply::OK };
        if name.iter().any(|&b| b == 0 || b.is_ascii_whitespace()) {
            return Reply::error(USER_NAME);
        }
        let mut user = match self.users.get(name) {
            Some(user) => User::clone(user),
            None => User { name: name.to_vec(), ..User::default() },
        };
        for rule in rules {
            if let Err(text) = user.apply(rule) {
                let text = [b"ERR Error in ACL SETUSER modifier '", *rule, b"': ", text.as_bytes()]
                    .concat();
                return Reply::Error(text.into());
            }
        }
        // The default user stays as it is.
        if name != b"default" {
            self.users.insert(name, Rc::new(user));
        }
        Reply::OK
    }

    /// `ACL DELUSER name ...`
    pub(crate) fn remove(&mut self, names: &[&[u8]]) -> Reply {
        if names.contains(&&b"default"[..]) {
            return Reply::error(DEFAULT_STAYS);
        }
        let removed = names.iter().filter(|name| self.users.remove(name).is_some()).count();
        Reply::Integer(removed as i64)
    }

    /// `ACL USERS`
    pub(crate) fn names(&self) -> Reply {
        let mut names: Vec<&[u8]> = self.users.keys().collect();
        let default: &[u8] = b"default";
        names.insert(names.partition_point(|name| *name < default), default);
        names.into_iter().map(Reply::bulk).collect()
    }
}

/// What the engine knows of commands, and of the user who calls them.
#[derive(Debug)]
pub(crate) struct UserCommands(pub(crate) Acting);

impl Commands for UserCommands {
    fn find(&self, argv: &Argv) -> Result<redis_stdlib::Command, Refusal> {
        TableCommands.find(argv)
    }

    fn slot(&self, argv: &Argv) -> Slot {
        TableCommands.slot(argv)
    }

    fn slot_of_key(&self, key: &[u8]) -> Slot {
        TableCommands.slot_of_key(key)
    }

    fn permits(&self, argv: &Argv) -> Result<(), Denial> {
        let acting = self.0.borrow();
        let Some(user) = acting.as_ref() else { return Ok(()) };
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().collect();
        match asked(&argv) {
            Some(command) => user.permits(command, &argv),
            None => Err(Denial::Command),
        }
    }
}

/// The command that these arguments are about, whatever their number.
fn asked(argv: &[&[u8]]) -> Option<&'static Command> {
    let command = command::lookup(argv.first()?)?;
    let Some(&subcommand) = argv.get(1) else { return Some(command) };
    if command.subcommands().is_empty() {
        return Some(command);
    }
    command.subcommands().iter().find(|own| {
        let name = own.name().get(command.name().len() + 1..).unwrap_or_default();
        name.as_bytes().eq_ignore_ascii_case(subcommand)
    })
}
