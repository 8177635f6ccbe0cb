//! The core module: Lua, its standard library and one function that runs a script. `cargo xtask size`
//! weighs it; nothing else should be in here.

use std::cell::RefCell;
use std::rc::Rc;

use lua_core::machine::{Machine, Options, Progress};
use wasm_bindgen::prelude::wasm_bindgen;

/// Runs `source` in a fresh machine and returns what it printed. The text of an error ends the output.
#[wasm_bindgen]
pub fn run(source: &[u8]) -> Vec<u8> {
    let output = Rc::new(RefCell::new(Vec::new()));
    let writer = Rc::clone(&output);
    let Ok(mut machine) = Machine::new(&Options::default()) else { return Vec::new() };
    machine.set_output(move |bytes| writer.borrow_mut().extend_from_slice(bytes));
    let error = match machine.load(source, b"=script") {
        Ok(Ok(chunk)) => {
            let ended = machine.start(chunk, &[]).map(|()| machine.run());
            if let Ok(Progress::Finished(_)) = ended {
                Vec::new()
            } else {
                let value = machine.error_value();
                machine.with_context(|cx| cx.bytes(value).to_vec())
            }
        }
        Ok(Err(message)) => message,
        Err(_) => b"not enough memory".to_vec(),
    };
    drop(machine);
    output.borrow_mut().extend_from_slice(&error);
    output.take()
}
