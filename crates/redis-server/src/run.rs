//! Scripts in slices: between two of them, other connections are answered.

use redis_keyspace::{Session, command};
use redis_stdlib::{Answer, Argv, Host, Step};
use resp::Reply;

use crate::client::Client;
use crate::pubsub::PubSub;
use crate::script::KeyspaceHost;
use crate::server::Server;

const UNKILLABLE: &str = "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";

/// Fuel of one slice: about a millisecond.
const SLICE: u64 = 1 << 18;

/// What the commands of a script count against the slice, besides the script's own work.
const FUEL_PER_CALL: u64 = 64;

/// A script that has not ended yet.
#[derive(Debug)]
pub(crate) struct Job {
    /// Who has asked for it.
    pub(crate) client_id: u64,
    /// The database that it has selected.
    session: Session,
    started_ms: u64,
    has_written: bool,
}

impl Job {
    pub(crate) fn new(client: &Client, now_ms: u64) -> Self {
        let session = client.session;
        Self { client_id: client.id, session, started_ms: now_ms, has_written: false }
    }

    /// When it has run for so long that others are told.
    pub(crate) fn busy_from_ms(&self, threshold_ms: u64) -> u64 {
        self.started_ms.saturating_add(threshold_ms)
    }
}

/// Runs the script of `job` for one slice; the reply when it has ended.
pub(crate) fn slice(server: &mut Server, job: &mut Job, now_ms: u64) -> Option<Reply> {
    let mut left = SLICE;
    loop {
        let before = server.engine.fuel_used();
        let step = server.engine.step(left);
        left = left.saturating_sub(server.engine.fuel_used().saturating_sub(before));
        match step {
            Step::Done(Ok(reply)) => return Some(reply),
            Step::Done(Err(error)) => return Some(error.into_reply()),
            Step::OutOfFuel => return None,
            Step::Call => {
                answer(server, job, now_ms);
                left = left.saturating_sub(FUEL_PER_CALL);
            }
        }
        if left == 0 {
            return None;
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

/// Answers the command that the script waits for.
fn answer(server: &mut Server, job: &mut Job, now_ms: u64) {
    if server.monitors > 0 {
        tell_monitors(server, job, now_ms);
    }
    let Server { keyspace, engine, pubsub, .. } = server;
    let Some(call) = engine.call() else { return };
    job.has_written |= call.command.is_write;
    let published = if call.command.is_elsewhere { publish(pubsub, call.argv) } else { None };
    let answer = published.unwrap_or_else(|| {
        let mut host = KeyspaceHost { keyspace, session: job.session, now_ms };
        let answer = host.call(&call);
        job.session = host.session;
        answer
    });
    if let Answer::Reply(reply) = answer {
        engine.answer(reply);
    }
}

/// `PUBLISH` and `SPUBLISH`; `None` for another command.
fn publish(pubsub: &mut PubSub, argv: &Argv) -> Option<Answer> {
    let (name, channel, message) = (argv.get(0)?, argv.get(1)?, argv.get(2)?);
    let receivers = if name.eq_ignore_ascii_case(b"publish") {
        pubsub.publish(channel, message)
    } else if name.eq_ignore_ascii_case(b"spublish") {
        pubsub.publish_to_shard(channel, message)
    } else {
        return None;
    };
    Some(Answer::Reply(Reply::Integer(receivers)))
}

#[cold]
fn tell_monitors(server: &mut Server, job: &Job, now_ms: u64) {
    let Some(call) = server.engine.call() else { return };
    let argv: Vec<Vec<u8>> = call.argv.iter().map(<[u8]>::to_vec).collect();
    let argv: Vec<&[u8]> = argv.iter().map(Vec::as_slice).collect();
    let name = command::resolve(&argv).map_or("", command::Command::name);
    server.tell_monitors(&job.session, "lua", name, &argv, now_ms);
}

/// `SCRIPT KILL`: the script ends in its next slice. `None` when there is none.
pub(crate) fn kill(server: &mut Server) -> Option<Reply> {
    let job = server.job.as_ref()?;
    if job.has_written {
        return Some(Reply::error(UNKILLABLE));
    }
    server.engine.kill_handle().kill();
    Some(Reply::OK)
}
