//! `Lua`: Lua 5.1 programs.

use std::cell::RefCell;
use std::rc::Rc;

use lua_core::error::{Ending, Failure};
use lua_core::machine::{Machine, Options, Progress};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{convert, error};

/// A Lua 5.1 machine with the standard library, without access to anything outside.
///
/// Globals last from run to run.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lua {
    machine: Machine,
    output: Rc<RefCell<Vec<u8>>>,
}

#[wasm_bindgen]
impl Lua {
    /// A fresh machine. `options` may hold `fuel` (units of work per run), `memory` (bytes) and `seed`.
    ///
    /// # Errors
    /// A `TypeError` for a wrong option.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Lua, JsValue> {
        let mut settings = Options::default();
        if let Some(fuel) = convert::opt_count(&options, "fuel")? {
            settings.fuel = fuel;
        }
        if let Some(memory) = convert::opt_count(&options, "memory")? {
            settings.memory_bytes = usize::try_from(memory).unwrap_or(usize::MAX);
        }
        let mut machine = Machine::new(&settings).map_err(ended)?;
        if let Some(seed) = convert::opt_count(&options, "seed")? {
            machine.seed_random(seed);
        }
        let output = Rc::new(RefCell::new(Vec::new()));
        let writer = Rc::clone(&output);
        machine.set_output(move |text| writer.borrow_mut().extend_from_slice(text));
        Ok(Lua { machine, output })
    }

    /// Runs a program, a string or a `Uint8Array`, and returns what it printed.
    ///
    /// # Errors
    /// The error that the program raised, as a `RedmoonError`; what it printed before is its `output`.
    pub fn run(&mut self, source: &JsValue) -> Result<Vec<u8>, JsValue> {
        let source = convert::bytes(source)?;
        let result = self.execute(&source);
        let output = self.output.take();
        match result {
            Ok(()) => Ok(output),
            Err(error) => {
                let output = js_sys::Uint8Array::from(output.as_slice());
                // An error that was just made takes new fields.
                let _ = js_sys::Reflect::set(&error, &JsValue::from_str("output"), &output);
                Err(error)
            }
        }
    }

    fn execute(&mut self, source: &[u8]) -> Result<(), JsValue> {
        let function = self
            .machine
            .load(source, b"=script")
            .map_err(ended)?
            .map_err(|message| error::of_lua(&message, "script"))?;
        self.machine.start(function, &[]).map_err(ended)?;
        match self.machine.run() {
            Progress::Finished(_) => Ok(()),
            Progress::Failed(Failure::Raised) => {
                let value = self.machine.error_value();
                let mut message = Vec::new();
                self.machine.with_context(|cx| cx.describe(value, &mut message));
                Err(error::of_lua(&message, "script"))
            }
            Progress::Failed(failure) => Err(ended(failure)),
            Progress::OutOfFuel | Progress::Host(_) | Progress::Paused(_) => {
                Err(ended(Failure::Ended(Ending::Internal)))
            }
        }
    }
}

/// The error for a run that ended from outside.
fn ended(failure: Failure) -> JsValue {
    match failure {
        Failure::Memory => error::of_lua(b"not enough memory", "memory"),
        Failure::Ended(Ending::Fuel) => error::of_lua(b"the program used up its fuel", "fuel"),
        _ => error::of_lua(b"the engine met a defect of its own", "internal"),
    }
}
