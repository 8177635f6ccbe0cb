//! The userdata that carries an error of the host through scripts: `tostring` and `..` read its text.

use crate::api::error::{Error, ErrorKind, Raised, Result};
use crate::api::runs::Core;
use crate::error::{Ending, Failure};
use crate::handle::TableIndex;
use crate::machine::Root;
use crate::native::{CallContext, Outcome};
use crate::value::Value as RawValue;

/// Bytes that a carried error is charged with.
const CARRIER_BYTES: usize = 64;

/// The metatable of all carriers.
#[derive(Debug, Default)]
pub(super) struct Carriers(Option<Root>);

/// A userdata with an error.
pub(super) fn create(core: &mut Core, error: Error) -> Result<RawValue> {
    let metatable = metatable(core)?;
    let created = core
        .machine
        .with_context(|cx| cx.new_userdata(Box::new(error), CARRIER_BYTES, Some(metatable)));
    created.map_err(|failure| core.error(failure))
}

fn metatable(core: &mut Core) -> Result<TableIndex> {
    let known = core.carriers.0.as_ref().and_then(|root| core.machine.rooted(root));
    if let Some(table) = known.and_then(RawValue::as_table) {
        return Ok(table);
    }
    let made = core.machine.with_context(|cx| {
        let table = cx.new_table(0, 3)?;
        let tostring = cx.new_native("error_tostring", tostring, &[])?;
        cx.raw_set_field(table, "__tostring", tostring)?;
        let concat = cx.new_native("error_concat", concat, &[])?;
        cx.raw_set_field(table, "__concat", concat)?;
        cx.raw_set_field(table, "__metatable", RawValue::FALSE)?;
        Ok(table)
    });
    let table = made.map_err(|failure| core.error(failure))?;
    core.carriers.0 = Some(core.machine.root(table.into()));
    Ok(table)
}

fn append_text(cx: &mut CallContext<'_>, value: RawValue, text: &mut Vec<u8>) {
    match cx.userdata::<Error>(value) {
        Some(error) => text.extend_from_slice(&error.message()),
        None => cx.describe(value, text),
    }
}

fn tostring(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    append_text(cx, cx.arg(1), &mut text);
    let text = cx.string(&text)?;
    cx.return1(text)
}

fn concat(cx: &mut CallContext<'_>) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    append_text(cx, cx.arg(1), &mut text);
    append_text(cx, cx.arg(2), &mut text);
    let text = cx.string(&text)?;
    cx.return1(text)
}

/// What an error of a function of the host is to the script that called it; the value of a raise is set.
pub(super) fn failure_of(core: &mut Core, error: &Error) -> Failure {
    let raised = match error.kind() {
        ErrorKind::Memory { .. } => return Failure::Memory,
        ErrorKind::Fuel { .. } => return Failure::Ended(Ending::Fuel),
        ErrorKind::Killed => return Failure::Ended(Ending::Killed),
        ErrorKind::Internal => return Failure::Ended(Ending::Internal),
        ErrorKind::Callback { cause, .. } if cause.is_limit() => return failure_of(core, cause),
        ErrorKind::Runtime { message, value, .. } => match &value.0 {
            Raised::Text => {
                let failure = core.machine.with_waiting(|cx| cx.error(message));
                return failure.unwrap_or(Failure::Raised);
            }
            Raised::String => core.string(message),
            Raised::Nil => Ok(RawValue::NIL),
            Raised::Boolean(b) => Ok(RawValue::boolean(*b)),
            Raised::Number(n) => Ok(RawValue::number(*n)),
            Raised::Held(token) => core.held(token),
        },
        _ => create(core, error.clone()),
    };
    match raised {
        Ok(value) => {
            core.machine.vm.heap.raised = value;
            Failure::Raised
        }
        Err(_) => Failure::Memory,
    }
}
