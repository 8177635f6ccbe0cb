//! Runs that are awaited: the script rests while its host does.
//!
//! No executor is needed or known. A run is a future like any other: polled, it steps the script until that ends, or
//! until the host's answer is one that is not there yet.

use std::future::poll_fn;
use std::task::Poll;

use resp::Reply;

use crate::engine::{Request, ScriptEngine, Step};
use crate::error::{ErrorKind, ScriptError};
use crate::host::{Answer, Host};
use crate::limits;
use crate::messages;

impl ScriptEngine {
    /// Runs a script to its end and awaits what the host answers with [`Answer::Later`].
    ///
    /// A script that takes long gives way to others from time to time. Dropping the future ends the run; what its
    /// commands have done remains.
    ///
    /// ```
    /// use redis_stdlib::{Answer, Call, Config, Host, Request, ScriptEngine};
    /// use resp::Reply;
    ///
    /// /// A database on the other side of a network.
    /// struct Remote;
    /// impl Host for Remote {
    ///     fn call(&mut self, call: &Call<'_>) -> Answer {
    ///         let name = call.argv.get(1).unwrap_or_default().to_vec();
    ///         // What the future needs it owns: a copy of the arguments, a handle of the connection.
    ///         Answer::later(async move { Reply::bulk([b"hello ".as_slice(), &name].concat()) })
    ///     }
    /// }
    ///
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let mut future = std::pin::pin!(future);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop {
    /// #         if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
    /// #             return output;
    /// #         }
    /// #     }
    /// # }
    /// # block_on(async {
    /// let mut engine = ScriptEngine::new(Config::default())?;
    /// let request = Request::source(b"return redis.call('GREET', ARGV[1]) .. '!'").args(&["moon"]);
    /// assert_eq!(engine.eval_async(&mut Remote, &request).await?, Reply::bulk("hello moon!"));
    /// # Ok::<(), redis_stdlib::ScriptError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// What the script raised, and every [`ErrorKind`].
    pub async fn eval_async(
        &mut self,
        host: &mut dyn Host,
        request: &Request<'_>,
    ) -> Result<Reply, ScriptError> {
        self.start(request)?;
        self.finish_async(host).await
    }

    /// Runs what is in progress to its end, as [`Self::eval_async`] does.
    ///
    /// # Errors
    /// What the script raised, and every [`ErrorKind`].
    pub async fn finish_async(&mut self, host: &mut dyn Host) -> Result<Reply, ScriptError> {
        let run = EndedWhenDropped(self);
        let engine = &mut *run.0;
        let mut left = limits::SLICE;
        loop {
            let before = engine.fuel_used();
            match engine.step(left) {
                Step::Done(result) => return result,
                Step::OutOfFuel | Step::Paused(_) => {
                    give_way().await;
                    left = limits::SLICE;
                    continue;
                }
                Step::Ask(_) => {
                    return Err(ScriptError::new(ErrorKind::Refused, messages::PENDING));
                }
                Step::Call => {}
            }
            left = left.saturating_sub(engine.fuel_used().saturating_sub(before)).max(1);
            match engine.call().map_or(Answer::Pending, |call| host.call(&call)) {
                Answer::Reply(reply) => engine.answer(reply),
                Answer::Later(reply) => engine.answer(reply.await),
                Answer::Pending => {
                    return Err(ScriptError::new(ErrorKind::Refused, messages::PENDING));
                }
            }
        }
    }
}

/// A run in progress that ends when nobody awaits it any longer.
struct EndedWhenDropped<'a>(&'a mut ScriptEngine);

impl Drop for EndedWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Lets others run first.
async fn give_way() {
    let mut has_waited = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
