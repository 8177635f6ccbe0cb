//! Scripts in slices: between two of them, other connections are answered.

use std::collections::VecDeque;

use redis_keyspace::{Session, command};
use redis_stdlib::{Answer, Argv, Call, Host, ScriptEngine, ScriptError, Step};
use resp::{Reply, Text};
use smallvec::SmallVec;

use crate::admin;
use crate::client::Client;
use crate::limits;
use crate::multi::Command;
use crate::pubsub::{self, PubSub};
use crate::script::KeyspaceHost;
use crate::server::{Server, tell_of_keys};
use crate::stats::Stats;

/// A script that has not ended yet.
#[derive(Debug)]
pub(crate) struct Job {
    /// Who has asked for it.
    pub(crate) client_id: u64,
    /// The database that it has selected.
    session: Session,
    /// When it began; keys expire as they did then.
    pub(crate) started_ms: u64,
    /// The command that runs it.
    pub(crate) argv: Command,
    /// Its name.
    name: &'static str,
}

impl Job {
    pub(crate) fn new(client: &Client, now_ms: u64) -> Self {
        let session = client.session;
        Self {
            client_id: client.id,
            session,
            started_ms: now_ms,
            argv: Command::new(),
            name: client.script_command,
        }
    }

    /// When it has run for so long that others are told.
    pub(crate) fn busy_from_ms(&self, threshold_ms: u64) -> u64 {
        self.started_ms.saturating_add(threshold_ms)
    }
}

/// Answers the commands of a script: from the keyspace, and to those who listen.
struct ScriptHost<'a> {
    keyspace: KeyspaceHost<'a>,
    /// What `TIME` tells; for all else it is as late as when the script began.
    now_ms: u64,
    pubsub: &'a mut PubSub,
    /// What `LASTSAVE` tells.
    server_started_ms: u64,
    /// Somebody watches: what was called, and in which database.
    seen: Option<Vec<(Session, Argv)>>,
    stats: &'a mut Stats,
    errors: &'a mut VecDeque<Text>,
}

impl Host for ScriptHost<'_> {
    fn call(&mut self, call: &Call<'_>) -> Answer {
        let answer = self.answer(call);
        let error = match &answer {
            Answer::Reply(Reply::Error(text)) => {
                remember(self.errors, text.clone());
                Some(&**text)
            }
            _ => None,
        };
        if let Some(index) = call.command.tag.checked_sub(1) {
            self.stats.called_at(index as usize, error);
        } else {
            let argv: SmallVec<[&[u8]; 8]> = call.argv.iter().collect();
            let name = command::resolve(&argv).map_or("", command::Command::name);
            self.stats.called(name, error);
        }
        answer
    }
}

/// Keeps the latest errors.
#[cold]
fn remember(errors: &mut VecDeque<Text>, text: Text) {
    if errors.len() == limits::SCRIPT_ERRORS_MAX {
        errors.pop_front();
    }
    errors.push_back(text);
}

impl ScriptHost<'_> {
    fn answer(&mut self, call: &Call<'_>) -> Answer {
        if let Some(seen) = &mut self.seen {
            seen.push((self.keyspace.session, call.argv.clone()));
        }
        if call.command.is_elsewhere
            && let Some(reply) = self.of_the_server(call.argv)
        {
            return Answer::Reply(reply);
        }
        if !call.argv.get(0).is_some_and(|name| name.eq_ignore_ascii_case(b"time")) {
            let answer = self.keyspace.call(call);
            if self.keyspace.keyspace.has_notices() {
                tell_of_keys(self.keyspace.keyspace, self.pubsub);
            }
            return answer;
        }
        let started_ms = std::mem::replace(&mut self.keyspace.now_ms, self.now_ms);
        let answer = self.keyspace.call(call);
        self.keyspace.now_ms = started_ms;
        answer
    }

    /// What only the server knows: who listens, and since when it runs. `None` for another command.
    fn of_the_server(&mut self, argv: &Argv) -> Option<Reply> {
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().collect();
        let name = command::resolve(&argv).ok()?.name();
        Some(match (name, argv.as_slice()) {
            ("publish", [_, channel, message]) => {
                Reply::Integer(self.pubsub.publish(channel, message))
            }
            ("spublish", [_, channel, message]) => {
                Reply::Integer(self.pubsub.publish_to_shard(channel, message))
            }
            ("lastsave", _) => admin::last_save(self.server_started_ms),
            _ if name.starts_with("pubsub|") => pubsub::pubsub(self.pubsub, name, &argv),
            _ => return None,
        })
    }
}

impl Server {
    /// Counts the commands of scripts that were refused before anyone was asked.
    fn count_refused(&mut self) {
        for (command, text) in self.engine.take_refused() {
            let index = command.tag.checked_sub(1).map(|tag| tag as usize);
            match index.and_then(|index| command::all().get(index)) {
                Some(command) => self.stats.rejected(command.name(), text.as_bytes()),
                None => self.stats.failed(text.as_bytes()),
            }
            remember(&mut self.script_errors, text.as_bytes().into());
        }
    }

    /// Whether a script of a connection is in progress, so that a program has to wait before it starts one.
    pub fn is_running(&self) -> bool {
        self.job.is_some()
    }

    /// Tells the engine what the server cannot do at the moment, before a program starts a script there.
    pub fn prepare(&mut self, now_ms: u64) {
        self.begin(now_ms);
        let used_bytes = if self.state.maxmemory == 0 { 0 } else { self.make_room() };
        let conditions = self.state.conditions(used_bytes);
        self.engine.set_conditions(conditions);
    }

    /// Goes on with the script that a program has started on [`Self::engine`], for about `fuel` units of work; its
    /// commands are answered here. The script began at `started_ms`: keys expire as they did then. When the script
    /// is done, [`Self::settle`] is to follow.
    pub fn step(&mut self, session: &mut Session, started_ms: u64, now_ms: u64, fuel: u64) -> Step {
        let (mut host, engine) = self.host(*session, started_ms, now_ms);
        let step = engine.step_with(&mut host, fuel);
        let seen = host.end(session);
        self.tell_seen(seen, now_ms);
        step
    }

    /// Answers a command that a script calls which runs on another engine.
    pub fn answer(
        &mut self,
        session: &mut Session,
        call: &Call<'_>,
        started_ms: u64,
        now_ms: u64,
    ) -> Answer {
        let (mut host, _) = self.host(*session, started_ms, now_ms);
        let answer = host.call(call);
        let seen = host.end(session);
        self.tell_seen(seen, now_ms);
        answer
    }

    fn host(
        &mut self,
        session: Session,
        started_ms: u64,
        now_ms: u64,
    ) -> (ScriptHost<'_>, &mut ScriptEngine) {
        let host = ScriptHost {
            keyspace: KeyspaceHost { keyspace: &mut self.keyspace, session, now_ms: started_ms },
            now_ms,
            pubsub: &mut self.pubsub,
            server_started_ms: self.started_ms,
            seen: (!self.monitors.is_empty()).then(Vec::new),
            stats: &mut self.stats,
            errors: &mut self.script_errors,
        };
        (host, &mut self.engine)
    }

    fn tell_seen(&mut self, seen: Option<Vec<(Session, Argv)>>, now_ms: u64) {
        if let Some(seen) = seen {
            tell_monitors(self, seen, now_ms);
        }
    }
}

impl ScriptHost<'_> {
    /// What the script has left: the database that it has selected, and what was seen.
    fn end(self, session: &mut Session) -> Option<Vec<(Session, Argv)>> {
        *session = self.keyspace.session;
        self.seen
    }
}

/// Runs the script of `job` for one slice; the reply when it has ended.
pub(crate) fn slice(server: &mut Server, job: &mut Job, now_ms: u64) -> Option<Reply> {
    let step = server.step(&mut job.session, job.started_ms, now_ms, limits::SLICE);
    server.count_refused();
    match step {
        Step::Done(result) => {
            let reply = result.unwrap_or_else(ScriptError::into_reply);
            let error = if let Reply::Error(text) = &reply { Some(&**text) } else { None };
            let errors = std::mem::take(&mut server.script_errors);
            let is_counted =
                error.is_some_and(|text| errors.iter().any(|known| text.starts_with(known)));
            server.stats.script_ended(job.name, error, is_counted);
            Some(reply)
        }
        Step::OutOfFuel | Step::Paused(_) | Step::Call => None,
        // Nobody else is there to answer a library of the host: its native finds nothing, and raises.
        Step::Ask(_) => {
            server.engine.answer_native(Box::new(()));
            None
        }
    }
}

/// Runs a script that has been started to its end.
pub(crate) fn to_end(server: &mut Server, client: &Client, now_ms: u64) -> Reply {
    let mut job = Job::new(client, now_ms);
    loop {
        if let Some(reply) = slice(server, &mut job, now_ms) {
            return reply;
        }
    }
}

#[cold]
fn tell_monitors(server: &mut Server, seen: Vec<(Session, Argv)>, now_ms: u64) {
    for (session, argv) in seen {
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().collect();
        let name = command::resolve(&argv).map_or("", command::Command::name);
        server.tell_monitors(&session, "lua", name, &argv, now_ms);
    }
}
