//! Machines that print into a buffer.

use std::cell::RefCell;
use std::rc::Rc;

use lua_core::error::Failure;
use lua_core::machine::{Machine, Options, Progress};

/// A machine and what it has printed.
pub(crate) struct Tested {
    pub(crate) machine: Machine,
    printed: Rc<RefCell<Vec<u8>>>,
}

impl Tested {
    pub(crate) fn new() -> Self {
        Self::with(&Options { memory_bytes: 64 << 20, debug: true, ..Options::default() })
    }

    pub(crate) fn with(options: &Options) -> Self {
        let mut machine = Machine::new(options).unwrap();
        let printed = Rc::<RefCell<Vec<u8>>>::default();
        let sink = printed.clone();
        machine.set_output(move |text| sink.borrow_mut().extend_from_slice(text));
        machine.set_fuel_limit(50_000_000);
        Self { machine, printed }
    }

    /// Runs a chunk; what it printed, and its error.
    pub(crate) fn run(&mut self, source: &str) -> String {
        let result = self.machine.load(source.as_bytes(), b"=chunk");
        let outcome = match result {
            Err(failure) => format!("{failure:?}"),
            Ok(Err(message)) => String::from_utf8_lossy(&message).into_owned(),
            Ok(Ok(function)) => match self.machine.start(function, &[]) {
                Err(failure) => format!("{failure:?}"),
                Ok(()) => match self.machine.run() {
                    Progress::Finished(_) => String::new(),
                    Progress::Failed(Failure::Raised) => {
                        let error = self.machine.error_value();
                        let text = self.machine.with_context(|cx| cx.text_of(error));
                        String::from_utf8_lossy(&text).into_owned()
                    }
                    progress => format!("{progress:?}"),
                },
            },
        };
        let printed = self.printed.take();
        String::from_utf8_lossy(&printed).into_owned() + &outcome
    }

    pub(crate) fn snapshot(&mut self) -> Vec<u8> {
        self.machine.snapshot(&[]).unwrap()
    }

    /// Another machine with what a snapshot of this one holds.
    pub(crate) fn moved(&mut self) -> Self {
        let bytes = self.snapshot();
        let mut other = Self::new();
        other.machine.restore(&bytes).unwrap();
        assert!(other.snapshot() == bytes, "a snapshot of what was restored is another one");
        other
    }
}

/// Runs the chunks on one machine, and with a move before each: the same must be printed.
#[track_caller]
pub(crate) fn check(chunks: &[&str]) -> Vec<String> {
    let mut stays = Tested::new();
    let mut moves = Tested::new();
    let mut outputs = Vec::new();
    for chunk in chunks {
        moves = moves.moved();
        // Snapshots collect garbage first, so the other one does as well.
        stays.machine.collect_garbage();
        let expected = stays.run(chunk);
        assert_eq!(moves.run(chunk), expected, "{chunk}");
        outputs.push(expected);
    }
    outputs
}
