//! What the natives of this crate share while scripts run: the machine's app data.

use std::cell::RefCell;
use std::rc::Rc;

use lua_core::error::Failure;
use lua_core::native::CallContext;
use lua_core::value::Value;
use resp::{Protocol, Reply};

use crate::argv::Argv;
use crate::conditions::Conditions;
use crate::host::{Command, Commands, LogLevel, Slot};
use crate::register::Registration;

/// Where `redis.log` goes; both interpreters of an engine share it.
pub(crate) type LogSink = Rc<RefCell<dyn FnMut(LogLevel, &[u8])>>;

/// The state of the run in progress, and what all runs share.
pub(crate) struct Session {
    pub(crate) names: Names,
    pub(crate) commands: Rc<dyn Commands>,
    pub(crate) log: LogSink,
    /// What `redis.setresp` chose.
    pub(crate) protocol: Protocol,
    /// What the run may do.
    pub(crate) rights: Rights,
    /// A command that writes was called.
    pub(crate) has_written: bool,
    /// Commands that were refused before the host was asked, and why; see [`crate::ScriptEngine::take_refused`].
    pub(crate) refused: Vec<(Command, &'static str)>,
    /// The command that waits for the host.
    pub(crate) argv: Argv,
    pub(crate) command: Command,
    /// The host's answer.
    pub(crate) reply: Option<Reply>,
    /// Buffer for the texts that `cjson` and kin make; kept from call to call.
    pub(crate) buffer: Vec<u8>,
    /// The run is a program: its errors reach the host as they are.
    pub(crate) is_program: bool,
    /// Where the error that ended a program was raised.
    pub(crate) raised_at: Option<(Vec<u8>, i64)>,
    /// The calls in progress where an error was raised last; `None` when nobody wants to know.
    pub(crate) traceback: Option<Vec<u8>>,
    /// What the library that is being loaded has registered so far.
    pub(crate) registration: Option<Registration>,
}

/// What a run may do.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rights {
    /// It may not call commands that write.
    pub(crate) read_only: bool,
    /// Commands that the table does not know, or refuses to scripts, are asked of the host all the same.
    pub(crate) any_command: bool,
    /// It may use memory that is not there.
    pub(crate) allow_oom: bool,
    /// The slot in which its keys lie, when it may use no other.
    pub(crate) slot: Option<Slot>,
    /// The server's state when the run began.
    pub(crate) conditions: Conditions,
}

/// The fields that conversions look up, as values. The registry keeps them alive.
#[derive(Clone, Copy)]
pub(crate) struct Names {
    pub(crate) err: Value,
    pub(crate) ok: Value,
    pub(crate) double: Value,
    pub(crate) big_number: Value,
    pub(crate) verbatim_string: Value,
    pub(crate) map: Value,
    pub(crate) set: Value,
    pub(crate) string: Value,
    pub(crate) format: Value,
    pub(crate) source: Value,
    pub(crate) line: Value,
    pub(crate) ignore_error_stats_update: Value,
    pub(crate) keys: Value,
    pub(crate) argv: Value,
}

impl Names {
    /// Makes the names, with `keep` to see that they live on.
    pub(crate) fn new(
        cx: &mut CallContext<'_>,
        mut keep: impl FnMut(&mut CallContext<'_>, Value) -> Result<(), Failure>,
    ) -> Result<Names, Failure> {
        let mut name = |text: &str| {
            let value = cx.string(text.as_bytes())?;
            keep(cx, value)?;
            Ok::<Value, Failure>(value)
        };
        Ok(Names {
            err: name("err")?,
            ok: name("ok")?,
            double: name("double")?,
            big_number: name("big_number")?,
            verbatim_string: name("verbatim_string")?,
            map: name("map")?,
            set: name("set")?,
            string: name("string")?,
            format: name("format")?,
            source: name("source")?,
            line: name("line")?,
            ignore_error_stats_update: name("ignore_error_stats_update")?,
            keys: name("KEYS")?,
            argv: name("ARGV")?,
        })
    }
}

/// The session of the machine that the native runs on.
///
/// # Errors
/// Never in a machine that [`crate::ScriptEngine`] has set up.
pub(crate) fn session<'a>(cx: &'a mut CallContext<'_>) -> Result<&'a mut Session, Failure> {
    cx.app_data::<Session>().ok_or(Failure::Ended(lua_core::error::Ending::Internal))
}

/// Bytes in the making, paid for before they are held.
pub(crate) struct Buffer {
    pub(crate) bytes: Vec<u8>,
    charged: usize,
}

impl Buffer {
    /// An empty buffer in a block that is there already.
    pub(crate) fn over(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self { bytes, charged: 0 }
    }

    /// Ends what [`Self::over`] has begun: the block, paid back.
    pub(crate) fn end(self, cx: &mut CallContext<'_>) -> Vec<u8> {
        if self.charged > 0 {
            cx.refund(self.charged);
        }
        self.bytes
    }

    /// Makes room for `more` bytes.
    ///
    /// # Errors
    /// When memory runs out.
    #[inline]
    pub(crate) fn reserve(&mut self, cx: &mut CallContext<'_>, more: usize) -> Result<(), Failure> {
        if self.bytes.capacity() - self.bytes.len() < more { self.grow(cx, more) } else { Ok(()) }
    }

    #[cold]
    fn grow(&mut self, cx: &mut CallContext<'_>, more: usize) -> Result<(), Failure> {
        let wanted = self.bytes.len().saturating_add(more).max(self.bytes.capacity() * 2).max(256);
        cx.charge_memory(wanted.saturating_sub(self.charged))?;
        self.charged = self.charged.max(wanted);
        self.bytes.reserve_exact(wanted - self.bytes.len());
        Ok(())
    }
}

/// Lends `body` the shared buffer, empty.
///
/// # Errors
/// Those of `body`.
pub(crate) fn with_buffer<R>(
    cx: &mut CallContext<'_>,
    body: impl FnOnce(&mut CallContext<'_>, &mut Buffer) -> Result<R, Failure>,
) -> Result<R, Failure> {
    /// A buffer that has grown beyond this is not kept.
    const KEPT_SIZE_MAX: usize = 1 << 16;
    let mut buffer = Buffer::over(std::mem::take(&mut session(cx)?.buffer));
    let result = body(cx, &mut buffer);
    let bytes = buffer.end(cx);
    if bytes.capacity() <= KEPT_SIZE_MAX {
        session(cx)?.buffer = bytes;
    }
    result
}
