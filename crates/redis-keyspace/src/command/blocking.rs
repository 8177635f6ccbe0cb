//! Commands that wait for a list or a sorted set. Here each tries once; see [`crate::blocking`].

use resp::Reply;

use crate::blocking::{Attempt, Wait};
use crate::command::list::{self, Side};
use crate::command::{sorted_set, stream};
use crate::context::{Answer, Args, Context, integer};
use crate::messages::*;
use crate::number::parse_double;

pub(super) fn blpop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    pop(cx, args, Attempt::Pop { left: true })
}

pub(super) fn brpop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    pop(cx, args, Attempt::Pop { left: false })
}

pub(super) fn bzpopmin(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    pop(cx, args, Attempt::PopScored { highest: false })
}

pub(super) fn bzpopmax(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    pop(cx, args, Attempt::PopScored { highest: true })
}

fn pop(cx: &mut Context<'_>, args: Args<'_>, attempt: Attempt) -> Answer {
    let [keys @ .., timeout] = args.from(1) else { return Err(SYNTAX.into()) };
    let deadline_ms = deadline(cx, timeout)?;
    try_keys(cx, keys, deadline_ms, attempt)
}

pub(super) fn blmpop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let timeout = args.at(1);
    let args = Args(args.from(1));
    let (keys, rest) = list::counted_keys(args)?;
    let side = Side::parse(args, rest)?;
    let count = list::pop_count(args, rest + 1)?;
    let deadline_ms = deadline(cx, timeout)?;
    let attempt = Attempt::PopSome { left: side == Side::Left, count };
    try_keys(cx, keys, deadline_ms, attempt)
}

pub(super) fn bzmpop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let timeout = args.at(1);
    let args = Args(args.from(1));
    let (keys, rest) = list::counted_keys(args)?;
    let highest = sorted_set::parse_end(args, rest)?;
    let count = list::pop_count(args, rest + 1)?;
    let deadline_ms = deadline(cx, timeout)?;
    try_keys(cx, keys, deadline_ms, Attempt::PopSomeScored { highest, count })
}

/// The first key that has something answers; without one, the command waits.
fn try_keys(
    cx: &mut Context<'_>,
    keys: &[&[u8]],
    deadline_ms: Option<u64>,
    attempt: Attempt,
) -> Answer {
    for key in keys {
        if let Some(reply) = take(cx, &attempt, key)? {
            return Ok(reply);
        }
    }
    wait(cx, keys, deadline_ms, attempt);
    Ok(Reply::NilArray)
}

pub(super) fn blmove(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let from = Side::parse(args, 3)?;
    let to = Side::parse(args, 4)?;
    move_or_wait(cx, args, args.at(5), from, to)
}

pub(super) fn brpoplpush(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    move_or_wait(cx, args, args.at(3), Side::Right, Side::Left)
}

fn move_or_wait(
    cx: &mut Context<'_>,
    args: Args<'_>,
    timeout: &[u8],
    from: Side,
    to: Side,
) -> Answer {
    let deadline_ms = deadline(cx, timeout)?;
    let key = args.at(1);
    if cx.list(key)?.is_none() {
        let (from_left, to_left) = (from == Side::Left, to == Side::Left);
        let attempt = Attempt::Move { to: args.at(2).into(), from_left, to_left };
        wait(cx, &[key], deadline_ms, attempt);
        return Ok(Reply::Nil);
    }
    list::move_between(cx, key, args.at(2), from, to)
}

/// Notes that the command would wait.
pub(super) fn wait(
    cx: &mut Context<'_>,
    keys: &[&[u8]],
    deadline_ms: Option<u64>,
    attempt: Attempt,
) {
    let keys = keys.iter().map(|&key| key.into()).collect();
    cx.keyspace.wait = Some(Box::new(Wait { db: cx.session.db, keys, deadline_ms, attempt }));
}

/// What an attempt finds in one key; `None` when it is not there.
fn take(cx: &mut Context<'_>, attempt: &Attempt, key: &[u8]) -> Result<Option<Reply>, Failure> {
    let bulk = Reply::bulk(key);
    Ok(Some(match attempt {
        Attempt::Pop { left } => {
            if cx.list(key)?.is_none() {
                return Ok(None);
            }
            let side = if *left { Side::Left } else { Side::Right };
            let element = list::pop_some(cx, key, side, 1)?;
            std::iter::once(bulk).chain(element).collect()
        }
        Attempt::PopSome { left, count } => {
            if cx.list(key)?.is_none() {
                return Ok(None);
            }
            let side = if *left { Side::Left } else { Side::Right };
            vec![bulk, list::pop_some(cx, key, side, *count)?.into()].into()
        }
        Attempt::PopScored { highest } => {
            if cx.sorted_set(key)?.is_none() {
                return Ok(None);
            }
            let popped = sorted_set::pop_some(cx, key, *highest, 1)?;
            let scored = popped
                .into_iter()
                .flat_map(|(member, score)| [Reply::Bulk(member), cx.double(score)]);
            std::iter::once(bulk).chain(scored).collect()
        }
        Attempt::PopSomeScored { highest, count } => {
            if cx.sorted_set(key)?.is_none() {
                return Ok(None);
            }
            let popped = sorted_set::pop_some(cx, key, *highest, *count)?;
            vec![bulk, sorted_set::scored(cx, popped, true)].into()
        }
        Attempt::Move { to, from_left, to_left } => {
            if cx.list(key)?.is_none() {
                return Ok(None);
            }
            let side = |left: bool| if left { Side::Left } else { Side::Right };
            list::move_between(cx, key, to, side(*from_left), side(*to_left))?
        }
        Attempt::Read { .. } | Attempt::ReadGroup { .. } => return Ok(None),
    }))
}

/// Tries again after `key` has been touched. A key of another type is as good as none.
pub(crate) fn retry(
    cx: &mut Context<'_>,
    wait: &Wait,
    key: &[u8],
) -> Result<Option<Reply>, Failure> {
    if matches!(wait.attempt, Attempt::Read { .. } | Attempt::ReadGroup { .. }) {
        return stream::retry(cx, wait, key);
    }
    let is_sorted_set =
        matches!(wait.attempt, Attempt::PopScored { .. } | Attempt::PopSomeScored { .. });
    let wanted = if is_sorted_set { "zset" } else { "list" };
    if cx.value(key).is_none_or(|value| value.type_name() != wanted) {
        return Ok(None);
    }
    take(cx, &wait.attempt, key)
}

/// When a timeout in seconds ends; `None` for one without end.
fn deadline(cx: &Context<'_>, timeout: &[u8]) -> Result<Option<u64>, Failure> {
    let seconds = parse_double(timeout).ok_or(TIMEOUT_NOT_A_FLOAT)?;
    let milliseconds = (seconds * 1000.0).ceil();
    // What an integer cannot hold becomes the lowest one in Redis, which is negative.
    if milliseconds >= i64::MAX as f64 {
        return Err(TIMEOUT_NEGATIVE.into());
    }
    after(cx, milliseconds as i64)
}

/// When a timeout in milliseconds ends.
pub(super) fn deadline_ms(cx: &Context<'_>, timeout: &[u8]) -> Result<Option<u64>, Failure> {
    after(cx, integer(timeout).map_err(|_| TIMEOUT_NOT_AN_INTEGER)?)
}

fn after(cx: &Context<'_>, milliseconds: i64) -> Result<Option<u64>, Failure> {
    match u64::try_from(milliseconds) {
        Err(_) => Err(TIMEOUT_NEGATIVE.into()),
        Ok(0) => Ok(None),
        Ok(milliseconds) => Ok(Some(cx.now_ms.saturating_add(milliseconds))),
    }
}
