//! What the targets share: an engine with small limits, and scripts that take the input as arguments.

use std::cell::RefCell;

use redis_stdlib::{Answer, Call, Config, ErrorKind, Host, Request, ScriptEngine};
use resp::Reply;

const FUEL: u64 = 500_000;
const MEMORY_BYTES: usize = 8 << 20;

/// Answers every command with the reply that it was given.
pub struct Given(pub Reply);

impl Host for Given {
    fn call(&mut self, _call: &Call<'_>) -> Answer {
        Answer::Reply(self.0.clone())
    }
}

thread_local! {
    static ENGINE: RefCell<ScriptEngine> = RefCell::new(
        ScriptEngine::new(Config { fuel: FUEL, memory_bytes: MEMORY_BYTES, ..Config::default() })
            .expect("the limits are large enough"),
    );
}

/// Runs `script` with `args`. It may end in any value or error but an internal one, and the engine has to
/// work afterwards.
pub fn run(script: &str, args: &[&[u8]], reply: Reply) {
    ENGINE.with_borrow_mut(|engine| {
        let request = Request::source(script.as_bytes()).args(args);
        if let Err(error) = engine.eval(&mut Given(reply), &request) {
            assert_ne!(error.kind(), ErrorKind::Internal);
        }
        let used = engine.memory().used_bytes;
        assert!(used <= MEMORY_BYTES + MEMORY_BYTES / 8, "{used} bytes");
        let next = engine.eval(&mut Given(Reply::Nil), &Request::source(b"return 1 + 1"));
        assert_eq!(next, Ok(Reply::Integer(2)));
    });
}
