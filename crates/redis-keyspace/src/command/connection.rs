//! What a client asks of its connection and the keyspace can answer.

use resp::Reply;

use crate::context::{Answer, Args, Context, integer};
use crate::messages::{DB_OUT_OF_RANGE, Failure, NOT_AN_INT};

pub(super) fn ping(_: &mut Context<'_>, args: Args<'_>) -> Answer {
    match args.from(1) {
        [] => Ok(Reply::status("PONG")),
        [message] => Ok(Reply::bulk(*message)),
        _ => Err("ERR wrong number of arguments for 'ping' command".into()),
    }
}

pub(super) fn echo(_: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(Reply::bulk(args.at(1)))
}

pub(super) fn select(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let number = int(args.at(1))?;
    cx.session.db = database(cx, number).ok_or(DB_OUT_OF_RANGE)?;
    Ok(Reply::OK)
}

/// A number that fits C's `int`.
pub(super) fn int(text: &[u8]) -> Result<i64, Failure> {
    let number = integer(text)?;
    if i32::try_from(number).is_err() { Err(NOT_AN_INT.into()) } else { Ok(number) }
}

/// The index of a database, if there is one with this number.
pub(super) fn database(cx: &Context<'_>, number: i64) -> Option<usize> {
    usize::try_from(number).ok().filter(|&db| db < cx.keyspace.databases_len())
}
