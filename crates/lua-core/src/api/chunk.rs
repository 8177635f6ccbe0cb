//! `Chunk`: source on its way to being run.

use std::fmt;

use crate::api::convert::{FromLuaMulti, IntoLua, IntoLuaMulti};
use crate::api::error::{Error, ErrorKind, Result};
use crate::api::function::Function;
use crate::api::future::CallFuture;
use crate::api::lua::Lua;
use crate::api::table::Table;
use crate::api::value::Value;

/// A piece of source, with a name for messages and the globals that it sees; see [`Lua::load`].
#[must_use = "a chunk does nothing until it is run"]
pub struct Chunk {
    lua: Lua,
    source: Vec<u8>,
    name: Option<Vec<u8>>,
    environment: Option<Table>,
}

impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunk").field("bytes", &self.source.len()).finish_non_exhaustive()
    }
}

/// First byte of what `string.dump` makes.
const BYTECODE_SIGNATURE: u8 = 0x1B;

impl Chunk {
    pub(super) fn new(lua: &Lua, source: Vec<u8>) -> Self {
        Chunk { lua: lua.clone(), source, name: None, environment: None }
    }

    /// The chunk's name in messages: `=name` stands as it is, `@name` names a file, and anything else is quoted as
    /// a piece of source. Without one, the source is its own name.
    ///
    /// ```
    /// # let lua = lua_core::Lua::new();
    /// let error = lua.load("x = = 1").set_name("@init.lua").exec().unwrap_err();
    /// assert_eq!(error.to_string(), "init.lua:1: unexpected symbol near '='");
    /// ```
    pub fn set_name(mut self, name: impl AsRef<[u8]>) -> Self {
        self.name = Some(name.as_ref().to_vec());
        self
    }

    /// Where the chunk finds its globals, instead of the table of globals.
    ///
    /// ```
    /// # let lua = lua_core::Lua::new();
    /// let sandbox = lua.create_table_from([("x", 1)])?;
    /// lua.load("y = x + 1").set_environment(&sandbox).exec()?;
    /// assert_eq!(sandbox.get::<i32>("y")?, 2);
    /// assert!(!lua.globals().contains_key("y")?);
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    pub fn set_environment(mut self, environment: &Table) -> Self {
        self.environment = Some(environment.clone());
        self
    }

    /// Runs the chunk.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`]; what it raises; a limit.
    pub fn exec(self) -> Result<()> {
        self.call(())
    }

    /// Runs the chunk, an expression or statements, and gives what it returns.
    ///
    /// ```
    /// # let lua = lua_core::Lua::new();
    /// assert_eq!(lua.load("6 * 7").eval::<i32>()?, 42);
    /// assert_eq!(lua.load("local a = 6; return a, a * 7").eval::<(i32, i32)>()?, (6, 42));
    /// # Ok::<(), lua_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::exec`]; results that are not what is wanted.
    pub fn eval<R: FromLuaMulti>(self) -> Result<R> {
        self.into_evaluated()?.call(())
    }

    /// Runs the chunk with arguments, which it finds in `...`.
    ///
    /// # Errors
    /// As [`Self::eval`].
    pub fn call<R: FromLuaMulti>(self, args: impl IntoLuaMulti) -> Result<R> {
        self.into_function()?.call(args)
    }

    /// [`Self::exec`], awaiting asynchronous functions of the host.
    pub fn exec_async(self) -> CallFuture<()> {
        self.call_async(())
    }

    /// [`Self::eval`], awaiting asynchronous functions of the host.
    pub fn eval_async<R: FromLuaMulti>(self) -> CallFuture<R> {
        match self.into_evaluated() {
            Ok(function) => function.call_async(()),
            Err(error) => CallFuture::new(Err(error)),
        }
    }

    /// [`Self::call`], awaiting asynchronous functions of the host.
    pub fn call_async<R: FromLuaMulti>(self, args: impl IntoLuaMulti) -> CallFuture<R> {
        match self.into_function() {
            Ok(function) => function.call_async(args),
            Err(error) => CallFuture::new(Err(error)),
        }
    }

    /// Compiles the chunk, without running it.
    ///
    /// # Errors
    /// [`ErrorKind::Syntax`]; memory.
    pub fn into_function(self) -> Result<Function> {
        self.compile(&self.source)
    }

    /// Compiles the chunk as an expression or, failing that, as statements.
    fn into_evaluated(self) -> Result<Function> {
        if self.source.first() != Some(&BYTECODE_SIGNATURE) {
            let expression = [b"return ", self.source.as_slice()].concat();
            match self.compile(&expression) {
                Err(error) if matches!(error.kind(), ErrorKind::Syntax { .. }) => {}
                result => return result,
            }
        }
        self.compile(&self.source)
    }

    fn compile(&self, source: &[u8]) -> Result<Function> {
        let name = self.name.as_ref().unwrap_or(&self.source);
        self.lua.with(|core| {
            let environment = match &self.environment {
                Some(table) => table.0.raw(core)?.as_table(),
                None => None,
            };
            let loaded = core.machine.load(source, name).map_err(|failure| core.error(failure))?;
            let function = loaded.map_err(|message| syntax_error(message, name))?;
            if let Some(environment) = environment {
                core.machine.with_context(|cx| cx.set_environment(function, environment));
            }
            Ok(Function(core.handle(function)))
        })
    }
}

impl IntoLua for Chunk {
    /// The chunk's function.
    fn into_lua(self, _: &Lua) -> Result<Value> {
        self.into_function().map(Value::Function)
    }
}

/// PUC's message begins with the chunk's name and a line, and ends with the token that it met: the end of the
/// source when there is not enough of it (PUC `lua.c`, `incomplete`).
fn syntax_error(message: Vec<u8>, name: &[u8]) -> Error {
    let place = lua_compiler::chunk_id(name);
    let digits = message.strip_prefix(place.as_slice()).and_then(|rest| rest.strip_prefix(b":"));
    let mut line = 0_u32;
    for digit in digits.unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()) {
        line = line.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
    }
    let incomplete_input = message.ends_with(b"'<eof>'");
    ErrorKind::Syntax { message, line, incomplete_input }.into()
}
