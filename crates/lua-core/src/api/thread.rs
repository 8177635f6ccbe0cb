//! `Thread`: a handle of a coroutine.

use std::fmt;

use crate::api::convert::{FromLuaMulti, IntoLuaMulti};
use crate::api::error::{Error, Result};
use crate::api::function::Function;
use crate::api::future::CallFuture;
use crate::api::lua::Lua;
use crate::api::run::Run;
use crate::api::value::Handle;
use crate::coroutine::Status;
use crate::heap::Heap;

/// A coroutine (Lua 5.1 manual §2.11); see [`Lua::create_thread`].
#[derive(Clone, PartialEq)]
pub struct Thread(pub(super) Handle);

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "thread: {:?}", self.0)
    }
}

/// Where a coroutine stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadStatus {
    /// It can be resumed.
    Resumable,
    /// It runs.
    Running,
    /// It waits for a coroutine that it has resumed, or for the host.
    Normal,
    /// It has returned, or an error has ended it.
    Finished,
}

impl Thread {
    pub(super) fn new(lua: &Lua, function: &Function) -> Result<Thread> {
        lua.with(|core| {
            let function = function.0.raw(core)?;
            if function.as_closure().is_none() {
                return Err(Error::runtime("Lua function expected"));
            }
            let Heap { globals, .. } = core.machine.vm.heap;
            let made = core.machine.with_context(|cx| {
                let coroutine = cx.heap.new_coroutine(globals)?;
                let Heap { coroutines, budget, .. } = &mut *cx.heap;
                let new = &mut coroutines[coroutine];
                new.reserve(1, budget)?;
                new.stack[0] = function;
                new.top = 1;
                Ok(coroutine)
            });
            let coroutine = made.map_err(|failure| core.error(failure))?;
            Ok(Thread(core.handle(coroutine.into())))
        })
    }

    /// Goes on with the coroutine: the arguments are those of its function, or what its `yield` returns. The
    /// results are what it yields next, or what its function returns.
    ///
    /// # Errors
    /// What the coroutine raises; "cannot resume dead coroutine" and kin; results that are not what is wanted.
    pub fn resume<R: FromLuaMulti>(&self, args: impl IntoLuaMulti) -> Result<R> {
        Run::resume_thread(&self.0, args)?.finish()
    }

    /// The same, awaiting asynchronous functions of the host.
    pub fn resume_async<R: FromLuaMulti>(&self, args: impl IntoLuaMulti) -> CallFuture<R> {
        CallFuture::new(Run::resume_thread(&self.0, args))
    }

    /// Where the coroutine stands.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Destroyed`].
    pub fn status(&self) -> Result<ThreadStatus> {
        self.0.with(|core, raw| {
            let heap = &core.machine.vm.heap;
            let status = match raw.as_coroutine() {
                Some(coroutine) if coroutine == heap.running => Status::Running,
                Some(coroutine) => heap.coroutines[coroutine].status,
                None => Status::Dead,
            };
            Ok(match status {
                Status::Suspended => ThreadStatus::Resumable,
                Status::Running => ThreadStatus::Running,
                Status::Normal => ThreadStatus::Normal,
                Status::Dead => ThreadStatus::Finished,
            })
        })
    }
}
