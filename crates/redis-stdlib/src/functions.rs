//! The part of the engine that loads, lists, dumps and restores libraries of functions.

use std::rc::Rc;

use lua_core::error::{Ending, Failure};
use ordered::ByteMap;

use crate::engine::{ScriptEngine, not_compiled};
use crate::error::{ErrorKind, ScriptError};
use crate::interpreter::{Interpreter, Lists, Raised, Ran};
use crate::library::{self, Function, Libraries, Library, RestorePolicy};
use crate::limits;
use crate::messages;
use crate::payload::{self, Unreadable};
use crate::register::Registration;
use crate::session::Rights;

/// The name of the chunk of a library in messages.
pub(crate) const CHUNK_NAME: &[u8] = b"@user_function";

impl ScriptEngine {
    /// Compiles and runs the code of a library, and keeps the functions that it registers: `FUNCTION LOAD`. Gives
    /// the library's name. A run in progress is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Compile`], [`ErrorKind::Refused`], what the code raised, or a limit.
    pub fn load_library(&mut self, code: &[u8], replace: bool) -> Result<Vec<u8>, ScriptError> {
        let (name, source) = read_metadata(code)?;
        if !replace && self.libraries.contains(&name) {
            return Err(library::exists("Library ", &name, "'"));
        }
        let library = self.run_library(&name, code, source)?;
        if let Err(error) = self.libraries.check(&library) {
            self.forget(&library);
            return Err(error);
        }
        if let Some(old) = self.libraries.insert(library) {
            self.forget(&old);
        }
        Ok(name)
    }

    /// Forgets a library: `FUNCTION DELETE`.
    ///
    /// # Errors
    /// There is none with this name.
    pub fn delete_library(&mut self, name: &[u8]) -> Result<(), ScriptError> {
        let Some(library) = self.libraries.remove(name) else {
            return Err(ScriptError::new(ErrorKind::NoScript, messages::LIBRARY_NOT_FOUND));
        };
        self.forget(&library);
        Ok(())
    }

    /// Forgets all libraries: `FUNCTION FLUSH`. What their functions left behind stays.
    pub fn flush_libraries(&mut self) {
        self.abort();
        let all = std::mem::take(&mut self.libraries);
        for library in all.iter() {
            self.forget(library);
        }
    }

    /// The libraries in the order of their names.
    pub fn libraries(&self) -> impl ExactSizeIterator<Item = &Library> {
        self.libraries.iter()
    }

    /// Whether there is a function with this name, in any case.
    pub fn has_function(&self, name: &[u8]) -> bool {
        self.libraries.function(name).is_some()
    }

    /// All libraries as bytes that Redis 7 can restore: `FUNCTION DUMP`.
    pub fn dump_libraries(&self) -> Vec<u8> {
        payload::pack(self.libraries.iter().map(Library::code))
    }

    /// Loads the libraries of a dump: `FUNCTION RESTORE`. All of them, or none. A run in progress is dropped.
    ///
    /// # Errors
    /// The payload cannot be read, a library cannot be loaded, or a name is there already.
    pub fn restore_libraries(
        &mut self,
        payload: &[u8],
        policy: RestorePolicy,
    ) -> Result<(), ScriptError> {
        let mut new = Libraries::default();
        let result = self.load_payload(payload, &mut new);
        // What is dropped here, old or new, gives its memory back.
        let charged =
            |libraries: &Libraries| libraries.iter().map(|library| library.charged).sum::<usize>();
        let before = charged(&self.libraries) + charged(&new);
        let result = result.and_then(|()| self.libraries.restore(new, policy));
        let after = charged(&self.libraries);
        self.refund(before.saturating_sub(after));
        result
    }

    fn load_payload(&mut self, payload: &[u8], new: &mut Libraries) -> Result<(), ScriptError> {
        for code in payload::unpack(payload, self.config.memory_bytes).map_err(unreadable)? {
            let code = code.map_err(unreadable)?;
            let (name, source) = read_metadata(&code)?;
            if new.contains(&name) {
                return Err(library::exists("Library ", &name, "'"));
            }
            let library = self.run_library(&name, &code, source)?;
            let checked = new.check(&library);
            new.insert(library);
            checked?;
        }
        Ok(())
    }

    /// Gives back the memory that a library was charged with.
    fn forget(&mut self, library: &Library) {
        self.refund(library.charged);
    }

    fn refund(&mut self, bytes: usize) {
        if let Some(functions) = &mut self.functions {
            functions.machine.with_context(|cx| cx.refund(bytes));
        }
    }

    /// Runs the code of a library in the environment that such code has, and gives what it has registered.
    fn run_library(
        &mut self,
        name: &[u8],
        code: &[u8],
        source: &[u8],
    ) -> Result<Library, ScriptError> {
        self.abort();
        let fuel = self.config.load_fuel.min(self.config.fuel);
        let interpreter = self.open_functions()?;
        // The next run says again where it is to stop.
        #[cfg(feature = "debugger")]
        interpreter.machine.end_debugging();
        let held = code.len() + 2 * name.len() + size_of::<Library>();
        interpreter
            .machine
            .with_context(|cx| cx.charge_memory(held))
            .map_err(ScriptError::from_failure)?;
        let result = load_functions(interpreter, source, fuel);
        let (functions, charged) = match result {
            Ok((functions, charged)) => (functions, charged + held),
            Err((error, charged)) => {
                self.refund(charged + held);
                return Err(error);
            }
        };
        if functions.is_empty() {
            self.refund(charged);
            return Err(ScriptError::new(ErrorKind::Refused, messages::LIBRARY_EMPTY));
        }
        Ok(Library { name: name.to_vec(), code: code.to_vec(), functions, charged })
    }
}

type Loaded = (Vec<Rc<Function>>, usize);

/// Compiles and runs the code of a library. The functions come with the memory that is charged for them; an error,
/// with what is to be given back.
fn load_functions(
    interpreter: &mut Interpreter,
    source: &[u8],
    fuel: u64,
) -> Result<Loaded, (ScriptError, usize)> {
    let failed = |failure| (ScriptError::from_failure(failure), 0);
    let Some(globals) = interpreter.globals.of_libraries else {
        return Err(failed(Failure::Ended(Ending::Internal)));
    };
    let loaded = interpreter.machine.load(source, CHUNK_NAME).map_err(failed)?;
    let function = loaded.map_err(|message| {
        (not_compiled(messages::LIBRARY_NOT_COMPILED, &message, CHUNK_NAME), 0)
    })?;
    let callbacks = interpreter
        .machine
        .with_context(|cx| {
            cx.set_environment(function, globals.empty);
            cx.new_table(0, 0)
        })
        .map_err(failed)?;
    let kept = [function, callbacks.into()].map(|value| interpreter.machine.root(value));
    globals.look_up(&mut interpreter.machine, true).map_err(failed)?;
    if let Some(session) = interpreter.session() {
        session.registration = Some(Registration { callbacks, functions: Vec::new(), charged: 0 });
    }
    let result = run_to_the_end(interpreter, &kept[0], fuel);
    let registration = interpreter.session().and_then(|session| session.registration.take());
    let Registration { functions, charged, .. } = registration.unwrap_or_else(|| Registration {
        callbacks,
        functions: Vec::new(),
        charged: 0,
    });
    // What libraries look up is the globals again, whatever happened. The key is there, so no memory is needed.
    globals
        .look_up(&mut interpreter.machine, false)
        .map_err(|failure| (ScriptError::from_failure(failure), charged))?;
    result.map_err(|error| (error, charged))?;
    let mut made = ByteMap::default();
    for function in functions {
        let machine = &mut interpreter.machine;
        let callback = machine
            .with_context(|cx| {
                let name = cx.string(&function.name)?;
                Ok(cx.raw_get(callbacks, name))
            })
            .map_err(|failure| (ScriptError::from_failure(failure), charged))?;
        let callback = machine.root(callback);
        let crate::register::Registered { name, description, flags } = function;
        made.insert(name.clone(), Rc::new(Function { name, description, flags, callback }));
    }
    // A library has each name once, and its functions in the order of their names.
    Ok((made.into_values().collect(), charged))
}

fn run_to_the_end(
    interpreter: &mut Interpreter,
    function: &lua_core::machine::Root,
    fuel: u64,
) -> Result<(), ScriptError> {
    let rights = Rights::default();
    interpreter.start(function, Lists::None, rights).map_err(ScriptError::from_failure)?;
    let mut left = fuel;
    let result = loop {
        let slice = left.min(limits::SLICE);
        if slice == 0 {
            interpreter.machine.abort();
            break Err(Raised::Ended(Failure::Ended(Ending::Fuel)));
        }
        match interpreter.step(slice) {
            Ran::OutOfFuel | Ran::Paused(_) => left -= slice,
            Ran::Done(result) => break result.map(|_| ()),
            // There is no `redis.call` while a library is loaded.
            Ran::Call | Ran::Ask(_) => {
                interpreter.machine.abort();
                break Err(Raised::Ended(Failure::Ended(Ending::Internal)));
            }
        }
    };
    result.map_err(|raised| {
        let (kind, text, place) = match raised {
            Raised::Error(kind, text, place) => (kind, text, place),
            Raised::Ended(Failure::Ended(Ending::Fuel)) => {
                (ErrorKind::Fuel, messages::LOAD_TIMEOUT.into(), None)
            }
            Raised::Ended(failure) => {
                let error = ScriptError::from_failure(failure);
                (error.kind(), error.message().to_vec(), None)
            }
        };
        let (source, line) = place.unzip();
        let line = line.and_then(|line| u32::try_from(line).ok());
        let text = [messages::LIBRARY_FAILED.as_bytes(), &text].concat();
        ScriptError::new(kind, text).at(source, line)
    })
}

fn read_metadata(code: &[u8]) -> Result<(Vec<u8>, &[u8]), ScriptError> {
    library::metadata(code).map_err(|text| ScriptError::new(ErrorKind::Compile, text))
}

fn unreadable(reason: Unreadable) -> ScriptError {
    let text = match reason {
        Unreadable::Footer => messages::PAYLOAD_FOOTER,
        Unreadable::NotAFunction => messages::PAYLOAD_TYPE,
        Unreadable::Code => messages::PAYLOAD_CODE,
        Unreadable::Part(part) => {
            return ScriptError::new(
                ErrorKind::Refused,
                format!("{}{part}", messages::PAYLOAD_PART),
            );
        }
    };
    ScriptError::new(ErrorKind::Refused, text)
}
