//! An engine as bytes: both interpreters with all that scripts left there, the script cache, the libraries.
//!
//! Scripts and functions are saved as compiled. Not saved: the configuration, the log, the [`Conditions`], which are
//! the server's, and what a run has.
//!
//! [`Conditions`]: crate::Conditions

use std::rc::Rc;

use lua_core::machine::{Machine, Root};
use lua_core::snapshot::SnapshotError;
use snapshot::{Envelope, Reader, Writer, kind};

use crate::engine::{Config, Environment, Script, ScriptEngine};
use crate::environment::{self, LibraryGlobals};
use crate::interpreter::Interpreter;
use crate::library::{Function, Libraries, Library};
use crate::script::{Flags, Sha1};

/// Version of the layout. It changes with every change of what is written here.
const VERSION: u16 = 1;

fn envelope() -> Envelope {
    let fingerprint = lua_compiler::encode::fingerprint();
    Envelope { kind: kind::SCRIPTS, version: VERSION, fingerprint }
}

impl ScriptEngine {
    /// The engine as bytes, to go on elsewhere or later: what scripts have left behind, the script cache, the
    /// libraries, the settings of `cjson`, the sequence of `math.random`. Garbage is collected first.
    ///
    /// # Errors
    /// [`SnapshotError::Busy`] while a script runs; in an [`Environment::Open`], what cannot be saved.
    pub fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError> {
        if self.running().is_some() {
            return Err(SnapshotError::Busy);
        }
        let mut out = Writer::new();
        out.flag(matches!(self.config.environment, Environment::Sandbox));
        out.flag(self.functions_ran_last);
        out.len(self.cache.len());
        for (sha, script) in self.cache.iter() {
            out.bytes(sha);
            write_flags(&mut out, script.flags);
        }
        let roots: Vec<&Root> = self.cache.values().map(|script| &script.function).collect();
        out.bytes(&self.scripts.snapshot(&roots)?);

        out.flag(self.functions.is_some());
        if let Some(functions) = self.functions.as_deref_mut() {
            out.len(self.libraries.iter().len());
            for library in self.libraries.iter() {
                out.bytes(&library.name);
                out.bytes(&library.code);
                out.len(library.charged);
                out.len(library.functions.len());
                for function in &library.functions {
                    out.bytes(&function.name);
                    out.option(function.description.as_deref(), Writer::bytes);
                    write_flags(&mut out, function.flags);
                }
            }
            let of_libraries = self.libraries.iter().flat_map(|library| &library.functions);
            let roots: Vec<&Root> = of_libraries.map(|function| &function.callback).collect();
            out.bytes(&functions.snapshot(&roots)?);
        }
        Ok(envelope().seal(&out.into_bytes()))
    }

    /// An engine with this configuration that goes on where the one that was saved stood. The bytes may be
    /// anybody's: see [`Machine::restore`].
    ///
    /// # Errors
    /// [`SnapshotError::Format`], [`SnapshotError::Memory`], and natives that the configuration does not have.
    pub fn restore(bytes: &[u8], config: Config) -> Result<Self, SnapshotError> {
        let mut input = Reader::new(envelope().open(bytes)?);
        let is_sandbox = matches!(config.environment, Environment::Sandbox);
        let input = &mut input;
        let is_same = input.flag()? == is_sandbox;
        input.check(is_same, "another environment than the configuration's")?;
        let functions_ran_last = input.flag()?;
        let mut scripts = Vec::new();
        for _ in 0..input.count(DIGEST_SIZE)? {
            let sha = read_digest(input)?;
            scripts.push((sha, read_flags(input)?));
        }
        let mut engine = Self::new(config).map_err(|_| SnapshotError::Memory)?;
        let roots = engine.scripts.restore(input.bytes()?, scripts.len())?;
        for ((sha, flags), function) in scripts.into_iter().zip(roots) {
            let is_new = engine.cache.insert(sha.as_bytes(), Script { function, flags }).is_none();
            input.check(is_new, "a script that is there twice")?;
        }
        if input.flag()? {
            engine.restore_libraries_of(input)?;
        }
        input.check(engine.functions.is_some() || !functions_ran_last, "functions that ran")?;
        engine.functions_ran_last = functions_ran_last;
        input.finish()?;
        Ok(engine)
    }

    fn restore_libraries_of(&mut self, input: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let mut libraries: Vec<Loaded> = Vec::new();
        for _ in 0..input.count(4)? {
            let (name, code) = (input.bytes()?.to_vec(), input.bytes()?.to_vec());
            let in_order = libraries.last().is_none_or(|last| last.name < name);
            input.check(in_order, "libraries out of order")?;
            let charged = input.below(usize::MAX, "a size")?;
            let mut functions: Vec<Registered> = Vec::new();
            for _ in 0..input.count(3)? {
                let name = input.bytes()?.to_vec();
                let in_order = functions.last().is_none_or(|last| last.name < name);
                input.check(in_order, "functions out of order")?;
                let description = input.option(|input| Ok(input.bytes()?.to_vec()))?;
                functions.push(Registered { name, description, flags: read_flags(input)? });
            }
            libraries.push(Loaded { name, code, charged, functions });
        }
        let count = libraries.iter().map(|library| library.functions.len()).sum();
        let interpreter = self.open_functions().map_err(|_| SnapshotError::Memory)?;
        let mut roots = interpreter.restore(input.bytes()?, count)?.into_iter();
        let mut restored = Libraries::default();
        for Loaded { name, code, charged, functions } in libraries {
            // What the library is charged with is given back when it goes.
            interpreter
                .machine
                .with_context(|cx| cx.charge_memory(charged))
                .map_err(|_| SnapshotError::Memory)?;
            let functions = functions.into_iter().zip(&mut roots);
            let functions = functions.map(|(registered, callback)| {
                let Registered { name, description, flags } = registered;
                Rc::new(Function { name, description, flags, callback })
            });
            let library = Library { name, code, functions: functions.collect(), charged };
            let is_free = restored.check(&library).is_ok();
            input.check(is_free, "a function that two libraries have")?;
            restored.insert(library);
        }
        self.libraries = restored;
        Ok(())
    }
}

/// A library whose functions are still to come.
struct Loaded {
    name: Vec<u8>,
    code: Vec<u8>,
    charged: usize,
    functions: Vec<Registered>,
}

/// A function of a library, but for the function itself.
struct Registered {
    name: Vec<u8>,
    description: Option<Vec<u8>>,
    flags: Flags,
}

impl Interpreter {
    /// Makes known to snapshots what natives of this crate make.
    pub(crate) fn declare(machine: &mut Machine) {
        machine.declare_native("script", environment::run_script, &[]);
        machine.declare_native("handler", environment::error_handler, &[]);
        machine.declare_native("absent global", environment::absent_global, &[]);
        crate::cjson::declare(machine);
    }

    /// The machine with these functions, and with what the interpreter itself holds in front of them.
    fn snapshot(&mut self, functions: &[&Root]) -> Result<Vec<u8>, SnapshotError> {
        let tables = self.globals.of_libraries.as_ref().map(LibraryGlobals::tables);
        let tables = tables.into_iter().flatten().map(|table| self.machine.root(table.into()));
        let tables: Vec<Root> = tables.collect();
        let mut roots = vec![&self.runner, &self.handler];
        roots.extend(&tables);
        roots.extend(functions);
        self.machine.snapshot(&roots)
    }

    /// Makes the machine what a snapshot of [`Self::snapshot`] says; its `count` functions.
    fn restore(&mut self, bytes: &[u8], count: usize) -> Result<Vec<Root>, SnapshotError> {
        let mut roots = self.machine.restore(bytes)?.into_iter();
        let malformed = |what| SnapshotError::from(Reader::new(&[]).malformed(what));
        let (Some(runner), Some(handler)) = (roots.next(), roots.next()) else {
            return Err(malformed("an interpreter without its functions"));
        };
        (self.runner, self.handler) = (runner, handler);
        if let Some(globals) = &mut self.globals.of_libraries {
            let mut table = || self.machine.rooted(&roots.next()?)?.as_table();
            let (Some(empty), Some(metatable), Some(while_loading)) = (table(), table(), table())
            else {
                return Err(malformed("an interpreter without its tables"));
            };
            *globals = LibraryGlobals { empty, metatable, while_loading };
        }
        let names = environment::restore_names(&mut self.machine)
            .map_err(|_| malformed("an interpreter without its names"))?;
        self.names = names;
        if let Some(session) = self.session() {
            session.names = names;
        }
        let roots: Vec<Root> = roots.collect();
        if roots.len() == count { Ok(roots) } else { Err(malformed("another number of functions")) }
    }
}

const DIGEST_SIZE: usize = 20;

fn read_digest(input: &mut Reader<'_>) -> Result<Sha1, SnapshotError> {
    let bytes = input.bytes()?;
    match bytes.try_into() {
        Ok(digest) => Ok(Sha1::from_bytes(digest)),
        Err(_) => Err(input.malformed("a digest of another length").into()),
    }
}

/// The flags as bits, from `declared` up.
fn write_flags(out: &mut Writer, flags: Flags) {
    let Flags { declared, no_writes, allow_oom, allow_stale, no_cluster, allow_cross_slot_keys } =
        flags;
    let all = [declared, no_writes, allow_oom, allow_stale, no_cluster, allow_cross_slot_keys];
    out.byte(all.iter().rev().fold(0, |bits, &flag| bits << 1 | u8::from(flag)));
}

fn read_flags(input: &mut Reader<'_>) -> Result<Flags, snapshot::FormatError> {
    let bits = input.byte()?;
    input.check(bits < 1 << 6, "flags that nobody knows")?;
    let flag = |number: u8| bits >> number & 1 == 1;
    Ok(Flags {
        declared: flag(0),
        no_writes: flag(1),
        allow_oom: flag(2),
        allow_stale: flag(3),
        no_cluster: flag(4),
        allow_cross_slot_keys: flag(5),
    })
}
