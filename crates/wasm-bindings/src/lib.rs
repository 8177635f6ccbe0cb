//! Redmoon for hosts of WebAssembly: the module behind the npm package, and the low-level interface (`docs/abi.md`)
//! for hosts that are not JavaScript.
//!
//! The module needs nothing from outside. Every function takes and returns numbers; what does not fit into a number goes through
//! one buffer, as values that `wire.rs` describes. A module instance holds one Redmoon: what a script asks of its host
//! suspends it and is returned, and the host comes back with the answer.

mod ext;
mod instance;
mod io;
#[cfg(feature = "tools")]
mod tools;
mod wire;

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use instance::{Instance, Options};
use io::Writer;
use wire::Reader;

/// The version of the interface.
const VERSION: u32 = 1;

thread_local! {
    static INSTANCE: RefCell<Option<Instance>> = const { RefCell::new(None) };
}

/// Lends the instance, if there is one. Calls come through `dyn`, for each would else be a copy of this.
#[inline(never)]
fn lend(call: &mut dyn FnMut(&mut Instance)) {
    INSTANCE.with_borrow_mut(|instance| {
        if let Some(instance) = instance {
            call(instance);
        }
    });
}

/// Calls the instance with what the host has written; 0 bytes when there is none.
#[inline(never)]
fn exchange(size: u32, call: &mut dyn FnMut(&mut Instance, &[u8], &mut Writer)) -> u32 {
    let mut written = 0;
    lend(&mut |instance| {
        written = io::exchange(size, &mut |input, out| call(instance, input, out));
    });
    written
}

/// Asks the instance something, if there is one.
fn with<R>(default: R, mut call: impl FnMut(&mut Instance) -> R) -> R {
    let mut answer = default;
    lend(&mut |instance| answer = call(instance));
    answer
}

/// The version of this interface.
#[wasm_bindgen]
pub fn version() -> u32 {
    VERSION
}

/// Where the buffer lies. It may lie elsewhere after any call.
#[wasm_bindgen]
pub fn buffer() -> u32 {
    io::address()
}

/// Size of the buffer in bytes.
#[wasm_bindgen]
pub fn buffer_size() -> u32 {
    io::size()
}

/// Makes the buffer at least `size` bytes large; 1, or 0 when there is no memory for that.
#[wasm_bindgen]
pub fn reserve(size: u32) -> u32 {
    u32::from(io::reserve(size as usize))
}

/// Makes the instance anew with the options in the buffer. The answer is nil, or an error.
#[wasm_bindgen]
pub fn create(size: u32) -> u32 {
    io::exchange(size, &mut |input, out| {
        let made = match Options::read(&mut Reader::new(input)) {
            Ok(options) => Instance::new(options).map_err(redis_stdlib::ScriptError::into_reply),
            Err(wire::Malformed) => Err(resp::Reply::error("ERR malformed options")),
        };
        match made {
            Ok(instance) => {
                INSTANCE.set(Some(instance));
                wire::put(out, &resp::Reply::Nil);
            }
            Err(error) => wire::put(out, &error),
        }
    })
}

/// Writes a snapshot of the instance, as bytes without a tag, behind a byte 1; or behind a byte 0 the reason why there
/// is none.
#[wasm_bindgen]
pub fn snapshot() -> u32 {
    exchange(0, &mut |instance, _, out| match instance.snapshot() {
        Ok(bytes) => {
            out.byte(1);
            out.put(&bytes);
        }
        Err(reason) => {
            out.byte(0);
            out.put(reason.as_bytes());
        }
    })
}

/// Makes the instance anew from a snapshot, a string behind options as those of [`create`]. The answer is nil, or an
/// error.
#[wasm_bindgen]
pub fn restore(size: u32) -> u32 {
    io::exchange(size, &mut |input, out| {
        let mut reader = Reader::new(input);
        let made = match (Options::read(&mut reader), reader.bytes()) {
            (Ok(options), Ok(bytes)) => Instance::restore(bytes, options),
            _ => Err("malformed options".into()),
        };
        match made {
            Ok(instance) => {
                INSTANCE.set(Some(instance));
                wire::put(out, &resp::Reply::Nil);
            }
            Err(reason) => {
                let text = [b"ERR ", reason.as_bytes()].concat();
                wire::put(out, &resp::Reply::Error(text.into()));
            }
        }
    })
}

/// Starts a run and goes on with it for about `fuel` units of work.
#[wasm_bindgen]
pub fn start(size: u32, fuel: f64, now_ms: f64) -> u32 {
    exchange(size, &mut |instance, input, out| {
        instance.start(input, fuel as u64, now_ms as u64, out);
    })
}

/// Goes on with a run.
#[wasm_bindgen]
pub fn resume(run: u32, fuel: f64, now_ms: f64) -> u32 {
    exchange(0, &mut |instance, _, out| instance.resume(run, fuel as u64, now_ms as u64, out))
}

/// Answers what a run waits for, and goes on with it.
#[wasm_bindgen]
pub fn answer(run: u32, size: u32, fuel: f64, now_ms: f64) -> u32 {
    exchange(size, &mut |instance, input, out| {
        instance.answer(run, input, fuel as u64, now_ms as u64, out);
    })
}

/// Drops a run.
#[wasm_bindgen]
pub fn cancel(run: u32) {
    with((), |instance| instance.cancel(run));
}

/// Where a run stands: an array of chunk name and line, or nil.
#[wasm_bindgen]
pub fn place(run: u32) -> u32 {
    exchange(0, &mut |instance, _, out| instance.place(run, out))
}

/// Replaces the breakpoints of a run: an array of lines.
#[cfg(feature = "tools")]
#[wasm_bindgen]
pub fn set_breakpoints(run: u32, size: u32) {
    exchange(size, &mut |instance, input, _| instance.set_breakpoints(run, input));
}

/// Says how a run goes on from a pause: 0 to the next breakpoint, 1 into, 2 over or 3 out of functions.
#[cfg(feature = "tools")]
#[wasm_bindgen]
pub fn set_step_mode(run: u32, mode: u32) {
    with((), |instance| instance.set_step_mode(run, mode));
}

/// Tells of a run that pauses: its call stack, or variables of a level.
#[cfg(feature = "tools")]
#[wasm_bindgen]
pub fn inspect(run: u32, about: u32, level: u32) -> u32 {
    exchange(0, &mut |instance, _, out| instance.inspect(run, about, level, out))
}

/// Opens a value of a run that pauses.
#[cfg(feature = "tools")]
#[wasm_bindgen]
pub fn children(run: u32, size: u32) -> u32 {
    exchange(size, &mut |instance, input, out| instance.children(run, input, out))
}

/// The problems of a source.
#[cfg(feature = "tools")]
#[wasm_bindgen]
pub fn check(size: u32) -> u32 {
    io::exchange(size, &mut tools::check)
}

/// The bytecode of a source, or nil.
#[cfg(feature = "tools")]
#[wasm_bindgen]
pub fn listing(size: u32) -> u32 {
    io::exchange(size, &mut tools::listing)
}

/// The lines of a source at which a run can pause.
#[cfg(feature = "tools")]
#[wasm_bindgen]
pub fn code_lines(size: u32) -> u32 {
    io::exchange(size, &mut tools::code_lines)
}

/// Fuel that the run which was stepped last has used.
#[wasm_bindgen]
pub fn fuel_used() -> f64 {
    with(0.0, |instance| instance.fuel_used() as f64)
}

/// Takes what was printed and logged.
#[wasm_bindgen]
pub fn output() -> u32 {
    exchange(0, &mut |instance, _, out| instance.take_output(out))
}

/// Lets Redis's scripts see `ext` as well: 1, or 0 when memory has run out.
#[wasm_bindgen]
pub fn open_ext() -> u32 {
    with(0, |instance| u32::from(instance.open_ext().is_ok()))
}

/// Runs a command, an array of strings. The answer is its reply.
#[wasm_bindgen]
pub fn command(size: u32, now_ms: f64) -> u32 {
    exchange(size, &mut |instance, input, out| instance.command(input, now_ms as u64, out))
}

/// A client has connected; two strings tell from where and to where. Its number.
#[wasm_bindgen]
pub fn connect(size: u32, now_ms: f64) -> u32 {
    let mut id = 0;
    exchange(size, &mut |instance, input, _| id = instance.connect(input, now_ms as u64));
    id
}

/// A client has sent the bytes in the buffer.
#[wasm_bindgen]
pub fn receive(connection: u32, size: u32, now_ms: f64) {
    exchange(size, &mut |instance, input, _| instance.receive(connection, input, now_ms as u64));
}

/// Does what is due.
#[wasm_bindgen]
pub fn advance(now_ms: f64) {
    with((), |instance| instance.advance(now_ms as u64));
}

/// When `advance` is to be called: 0 for now, -1 for never, else a Unix time in milliseconds.
#[wasm_bindgen]
pub fn next_ms() -> f64 {
    with(-1.0, |instance| instance.next_ms())
}

/// The connections that have come to have something to send, or are to be closed: an array of numbers.
#[wasm_bindgen]
pub fn changed() -> u32 {
    exchange(0, &mut |instance, _, out| instance.changed(out))
}

/// Takes what is to be sent to a client: bytes as they are.
#[wasm_bindgen]
pub fn outgoing(connection: u32) -> u32 {
    exchange(0, &mut |instance, _, out| instance.outgoing(connection, out))
}

/// 1 when a connection is to be closed once its output is sent.
#[wasm_bindgen]
pub fn is_closed(connection: u32) -> u32 {
    with(1, |instance| u32::from(instance.is_closed(connection)))
}

/// 1 while a script of a connection is in progress.
#[wasm_bindgen]
pub fn is_running() -> u32 {
    with(0, |instance| u32::from(instance.is_running()))
}

/// 1 when a client has said `SHUTDOWN`.
#[wasm_bindgen]
pub fn is_shut_down() -> u32 {
    with(0, |instance| u32::from(instance.is_shut_down()))
}

/// A client has gone.
#[wasm_bindgen]
pub fn disconnect(connection: u32) {
    with((), |instance| instance.disconnect(connection));
}

/// Collects all garbage.
#[wasm_bindgen]
pub fn collect() {
    with((), Instance::collect);
}

/// Figures of memory: an array of six numbers.
#[wasm_bindgen]
pub fn stats() -> u32 {
    exchange(0, &mut |instance, _, out| instance.stats(out))
}
