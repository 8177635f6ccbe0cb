//! A machine as bytes: what it holds while nothing runs, to go on with elsewhere or later.
//!
//! ```
//! use lua_core::machine::{Machine, Options, Progress};
//!
//! let mut machine = Machine::new(&Options::default())?;
//! let chunk = machine.load(b"count = (count or 0) + 1; return count", b"=count")?.unwrap();
//! let count = machine.root(chunk);
//! machine.start(chunk, &[])?;
//! machine.run();
//! let bytes = machine.snapshot(&[&count]).unwrap();
//!
//! let mut other = Machine::new(&Options::default())?;
//! let roots = other.restore(&bytes).unwrap();
//! let count = other.rooted(&roots[0]).unwrap();
//! other.start(count, &[])?;
//! assert!(matches!(other.run(), Progress::Finished(values) if values[0].as_number() == Some(2.0)));
//! # Ok::<(), lua_core::error::Failure>(())
//! ```
//!
//! A snapshot has every object that registry, globals, metatables of types or the given roots lead to, in its slot of
//! its arena, with the slots that are free in the order in which they will be used: so what depends on them, the
//! order of `pairs` over tables as keys and what `tostring` prints of a table, stays as it was, and a machine that was
//! restored gives the same snapshot. Tables have their nodes as they lie.
//!
//! Functions of the host are named, not saved. A native has a name by its *origin*: it was registered with a
//! [`Library`](crate::native::Library) (the library's name and its own), declared with [`Machine::declare_native`]
//! (natives that are made while scripts run), or named by the host ([`Machine::name_function`]). The machine that is
//! restored into has the same libraries, and from it a name gets its function.
//!
//! What is not part of it: the limits, the host's data, where `print` writes, the seeds of the string pool, and
//! hooks, with which no snapshot is made.
//!
//! A snapshot is foreign input: `read.rs` believes nothing. `docs/adr/0007-snapshots-keep-every-slot.md` says why it is laid out like this.

mod read;
mod write;

use std::any::Any;
use std::fmt;

use snapshot::{Envelope, FormatError, kind};

use crate::heap::charge::OutOfMemory;
use crate::machine::{Machine, Root};
use crate::native::NativeFn;
use crate::stdlib;
use crate::value::{Type, Value};
use crate::vm::State;

/// Version of the layout. It changes with every change of what `write.rs` writes.
const VERSION: u16 = 1;

fn envelope() -> Envelope {
    let fingerprint = lua_compiler::encode::fingerprint();
    Envelope { kind: kind::MACHINE, version: VERSION, fingerprint }
}

/// Most tail calls that a frame is remembered to stand for.
const TAIL_CALLS_MAX: u32 = 0xFFFF;

/// Why there is no snapshot, or nothing could be made of one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// A run is in progress, or parked.
    Busy,
    /// A root is another machine's.
    ForeignRoot,
    /// A hook of `debug.sethook` is set.
    Hook,
    /// A coroutine waits inside of something that cannot be saved.
    Coroutine(&'static str),
    /// A native function that has no name for snapshots; this is the one that it was made with.
    UnnamedNative(Box<str>),
    /// A userdata whose data nobody has declared ([`Machine::declare_userdata`]); with the name in its metatable.
    UnknownUserdata(Box<str>),
    /// The snapshot has a native function that this machine does not.
    MissingNative(Box<str>),
    /// The snapshot has a kind of userdata that this machine does not know, or cannot read.
    MissingUserdata(Box<str>),
    /// It needs more memory than the machine may have.
    Memory,
    /// The bytes are not a snapshot that this engine reads.
    Format(FormatError),
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SnapshotError::Busy => f.write_str("a run is in progress"),
            SnapshotError::ForeignRoot => f.write_str("a root of another machine"),
            SnapshotError::Hook => f.write_str("a hook is set"),
            SnapshotError::Coroutine(what) => write!(f, "a coroutine waits inside of {what}"),
            SnapshotError::UnnamedNative(name) => {
                write!(f, "the native function '{name}' has no name for snapshots")
            }
            SnapshotError::UnknownUserdata(name) => {
                write!(f, "a userdata of the host cannot be saved ({name})")
            }
            SnapshotError::MissingNative(name) => write!(f, "no native function '{name}' here"),
            SnapshotError::MissingUserdata(name) => write!(f, "no userdata '{name}' here"),
            SnapshotError::Memory => f.write_str("not enough memory"),
            SnapshotError::Format(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SnapshotError {}

impl From<FormatError> for SnapshotError {
    fn from(error: FormatError) -> Self {
        SnapshotError::Format(error)
    }
}

impl From<OutOfMemory> for SnapshotError {
    fn from(_: OutOfMemory) -> Self {
        SnapshotError::Memory
    }
}

/// Where a native comes from, which is how a snapshot names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Somebody made it: it is known when one with its name and upvalues is declared.
    #[default]
    Made,
    /// Registered with the library of this name.
    Library(&'static str),
    /// The host calls it so.
    Host(Box<str>),
}

/// A native that is made while scripts run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NativeKind {
    pub(crate) name: &'static str,
    pub(crate) function: NativeFn,
    /// Types of its upvalues.
    pub(crate) upvalues: &'static [Type],
}

/// Saves the data of a userdata, when it is of the kind.
pub type SaveUserdata = fn(&dyn Any) -> Option<Vec<u8>>;

/// Makes the data again, with the bytes that are charged for it; nothing when the bytes are none of its.
pub type LoadUserdata = fn(&[u8]) -> Option<(Box<dyn Any>, usize)>;

/// A kind of userdata of the host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UserdataKind {
    pub(crate) name: &'static str,
    pub(crate) save: SaveUserdata,
    pub(crate) load: LoadUserdata,
}

/// What the host has declared.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    pub(crate) natives: Vec<NativeKind>,
    pub(crate) userdata: Vec<UserdataKind>,
}

/// The natives of this crate that no library lists.
const OWN: &[NativeKind] = &[
    NativeKind { name: "ipairs", function: stdlib::base::ipairs, upvalues: &[Type::Function] },
    NativeKind { name: "ipairs step", function: stdlib::base::ipairs_step, upvalues: &[] },
    NativeKind { name: "newproxy", function: stdlib::base::newproxy, upvalues: &[Type::Table] },
    NativeKind { name: "next", function: stdlib::base::next, upvalues: &[] },
    NativeKind { name: "wrap", function: stdlib::coroutine::wrapped, upvalues: &[Type::Thread] },
    NativeKind {
        name: "gmatch step",
        function: stdlib::string::gmatch_step,
        upvalues: &[Type::String, Type::String, Type::Number],
    },
];

impl Declared {
    /// The natives that were declared by this name.
    fn natives(&self, name: &str) -> impl Iterator<Item = &NativeKind> {
        self.natives.iter().chain(OWN).filter(move |kind| kind.name == name)
    }
}

impl NativeKind {
    /// The types of the upvalues, a digit for each.
    fn signature(&self) -> String {
        self.upvalues.iter().map(|&kind| char::from(b'0' + kind as u8)).collect()
    }
}

fn has_types(values: &[Value], types: &[Type]) -> bool {
    values.len() == types.len()
        && values.iter().zip(types).all(|(value, kind)| value.type_of() == *kind)
}

impl Machine {
    /// Makes natives known to snapshots that are made with [`CallContext::new_native`] under this name, while
    /// scripts run or as a part of a library. `upvalues` are the types of their upvalues: the function may rely on
    /// them. Name and types together must be those of no other function. The same must be declared on the machine
    /// that is restored into.
    ///
    /// [`CallContext::new_native`]: crate::native::CallContext::new_native
    pub fn declare_native(
        &mut self,
        name: &'static str,
        function: NativeFn,
        upvalues: &'static [Type],
    ) {
        self.vm.heap.declared.natives.push(NativeKind { name, function, upvalues });
    }

    /// Makes a kind of userdata known to snapshots: `save` gets the data of every userdata and answers for those of
    /// its kind; `load` reads what it wrote, and must expect any bytes.
    pub fn declare_userdata(&mut self, name: &'static str, save: SaveUserdata, load: LoadUserdata) {
        self.vm.heap.declared.userdata.push(UserdataKind { name, save, load });
    }

    /// Names a function of the host for snapshots; false for what is none. On the machine that is restored into, the
    /// function of this name takes its place.
    pub fn name_function(&mut self, function: Value, name: &str) -> bool {
        let Some(native) = function.as_native() else { return false };
        self.vm.heap.natives[native].origin = Origin::Host(name.into());
        true
    }

    /// The machine as bytes, with what the roots keep; other roots of the host are no part of it. Garbage is
    /// collected first, so what weak tables lose and finalisers are due are lost and due here, too.
    ///
    /// # Errors
    /// [`SnapshotError::Busy`], [`SnapshotError::ForeignRoot`], and what cannot be saved.
    pub fn snapshot(&mut self, roots: &[&Root]) -> Result<Vec<u8>, SnapshotError> {
        if self.vm.state != State::Idle || self.next.is_some() {
            return Err(SnapshotError::Busy);
        }
        let values: Option<Vec<Value>> = roots.iter().map(|root| self.rooted(root)).collect();
        let values = values.ok_or(SnapshotError::ForeignRoot)?;
        self.vm.heap.raised = Value::NIL;
        self.collect_garbage();
        let payload = write::write(&self.vm, &values)?;
        Ok(envelope().seal(&payload))
    }

    /// Makes this machine what a snapshot says: everything in it is replaced. Roots of the tables of globals and of
    /// the registry are roots of the new ones, every other root that the host has is stale. What snapshots do not have
    /// stays: limits, the host's data, output. The libraries that the snapshot's
    /// scripts use must be registered; their functions are taken. Gives the roots of the snapshot, in their order.
    ///
    /// The bytes may be anybody's: anything but a snapshot is an error, and the scripts of one that was forged
    /// can do no more than scripts can. Nothing is read beyond the memory limit.
    ///
    /// # Errors
    /// The machine is as it was then. [`SnapshotError::Format`], [`SnapshotError::MissingNative`],
    /// [`SnapshotError::MissingUserdata`], [`SnapshotError::Memory`], [`SnapshotError::Busy`].
    pub fn restore(&mut self, bytes: &[u8]) -> Result<Vec<Root>, SnapshotError> {
        if self.vm.state != State::Idle || self.next.is_some() {
            return Err(SnapshotError::Busy);
        }
        let payload = envelope().open(bytes)?;
        // What was replaced while the libraries were opened must not be taken for what has replaced it.
        self.collect_garbage();
        let values = read::read(&mut self.vm, payload)?;
        let roots = values.into_iter().map(|value| self.root(value)).collect();
        self.collect_garbage();
        Ok(roots)
    }
}
