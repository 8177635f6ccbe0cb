//! `debug.debug`: a prompt on the terminal (Lua 5.1 manual §5.9).

use lua_core::continuation::Continuation;
use lua_core::error::Failure;
use lua_core::native::{CallContext, Library, Outcome};

use super::{SharedStream, streams};

type Native = Result<Outcome, Failure>;

/// What stands before each command.
const PROMPT: &[u8] = b"lua_debug> ";

fn debug(cx: &mut CallContext<'_>) -> Native {
    let Some((stdin, stderr)) = streams(cx).map(|s| (s.stdin.clone(), s.stderr.clone())) else {
        return cx.return0();
    };
    loop {
        write(&stderr, PROMPT);
        let mut line = Vec::new();
        let any = stdin.borrow_mut().read_piece(&mut line).unwrap_or(false);
        if !any || line == b"cont\n" {
            return cx.return0();
        }
        match cx.load(&line, b"=(debug command)")? {
            Ok(function) => {
                // `pcall` of the basic library stands between, so that errors come back here.
                let globals = cx.globals();
                let pcall = cx.raw_get_field(globals, "pcall")?;
                cx.push(pcall)?;
                cx.push(function)?;
                return Ok(cx.call(1, 2, Continuation::Step(command_done, 0)));
            }
            Err(message) => write(&stderr, &[message.as_slice(), b"\n"].concat()),
        }
    }
}

fn command_done(cx: &mut CallContext<'_>, _: u32) -> Native {
    let results = cx.results().to_vec();
    if let [ok, error] = results[..]
        && !ok.is_truthy()
    {
        let text = [cx.text_of(error).as_slice(), b"\n"].concat();
        if let Some(stderr) = streams(cx).map(|streams| streams.stderr.clone()) {
            write(&stderr, &text);
        }
    }
    cx.drop_results();
    debug(cx)
}

fn write(stream: &SharedStream, text: &[u8]) {
    // Nobody can be told when standard error does not work.
    let _ = stream.borrow_mut().write(text);
}

/// The function of `debug` that needs a terminal.
pub(super) const DEBUGGER: Library = lua_core::library!("debug", {
    "debug" => debug,
});
