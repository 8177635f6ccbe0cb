//! A script in progress, driven by the program.

use redis_keyspace::Session;
use redis_server::KeyspaceHost;
use redis_stdlib::{Answer, Argv, Host};
use resp::Reply;

use super::Redis;
use super::error::Error;

/// Units of work: about one for a call, a turn of a loop, or 64 bytes copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fuel(pub u64);

/// What became of a run.
#[derive(Debug)]
pub enum Step {
    /// The script has returned, or failed.
    Done(Result<Reply, Error>),
    /// The fuel is used up; resume when it suits.
    OutOfFuel,
    /// The script calls a command: give the reply to [`Run::answer`], then resume.
    Call(Argv),
}

/// A script in progress. Dropping it ends the script.
#[derive(Debug)]
pub struct Run<'a> {
    db: &'a mut Redis,
    /// The database that the script has selected.
    session: Session,
}

impl<'a> Run<'a> {
    pub(super) fn new(db: &'a mut Redis) -> Self {
        let session = db.client.session();
        Self { db, session }
    }

    /// Goes on for about this much work.
    pub fn resume(&mut self, fuel: Fuel) -> Step {
        let engine = self.db.server.engine();
        match engine.step(fuel.0) {
            redis_stdlib::Step::Done(result) => Step::Done(result.map_err(Error::Script)),
            // Nothing here asks for pauses.
            redis_stdlib::Step::OutOfFuel | redis_stdlib::Step::Paused(_) => Step::OutOfFuel,
            redis_stdlib::Step::Call => {
                Step::Call(engine.call().map(|call| call.argv.clone()).unwrap_or_default())
            }
            // There are no libraries of the host here: its native finds no answer, and raises.
            redis_stdlib::Step::Ask(_) => {
                engine.answer_native(Box::new(()));
                Step::OutOfFuel
            }
        }
    }

    /// Answers the command that the script waits for.
    pub fn answer(&mut self, reply: Reply) {
        self.db.server.engine().answer(reply);
    }

    /// Lets the keyspace answer the command that the script waits for.
    pub fn answer_from_keyspace(&mut self) {
        let now_ms = self.db.clock.now_ms();
        let (keyspace, engine) = self.db.server.parts();
        let mut host = KeyspaceHost { keyspace, session: self.session, now_ms };
        if let Some(call) = engine.call()
            && let Answer::Reply(reply) = host.call(&call)
        {
            engine.answer(reply);
        }
        self.session = host.session;
    }

    /// Fuel that the script has used so far.
    pub fn fuel_used(&mut self) -> u64 {
        self.db.server.engine().fuel_used()
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.db.server.engine().abort();
    }
}
