//! Lists.

use resp::Reply;

use crate::context::{Answer, Args, Context, at_most, count, integer, range};
use crate::messages::*;
use crate::value::List;

/// An end of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}
use Side::{Left, Right};

impl Side {
    pub(super) fn parse(args: Args<'_>, index: usize) -> Result<Self, Failure> {
        if args.is(index, "left") {
            Ok(Left)
        } else if args.is(index, "right") {
            Ok(Right)
        } else {
            Err(SYNTAX.into())
        }
    }

    fn push(self, list: &mut List, element: Box<[u8]>) {
        match self {
            Left => list.push_front(element),
            Right => list.push_back(element),
        }
    }

    fn pop(self, list: &mut List) -> Option<Box<[u8]>> {
        match self {
            Left => list.pop_front(),
            Right => list.pop_back(),
        }
    }
}

pub(super) fn lpush(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    push(cx, args, Left)
}

pub(super) fn rpush(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    push(cx, args, Right)
}

fn push(cx: &mut Context<'_>, args: Args<'_>, side: Side) -> Answer {
    let list = cx.list_or_new(args.at(1))?;
    for element in args.from(2) {
        side.push(list, (*element).into());
    }
    Ok(count(list.len()))
}

pub(super) fn lpushx(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    if cx.list(args.at(1))?.is_none() { Ok(count(0)) } else { push(cx, args, Left) }
}

pub(super) fn rpushx(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    if cx.list(args.at(1))?.is_none() { Ok(count(0)) } else { push(cx, args, Right) }
}

pub(super) fn lpop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    pop(cx, args, Left, "ERR wrong number of arguments for 'lpop' command")
}

pub(super) fn rpop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    pop(cx, args, Right, "ERR wrong number of arguments for 'rpop' command")
}

fn pop(cx: &mut Context<'_>, args: Args<'_>, side: Side, refusal: &'static str) -> Answer {
    let key = args.at(1);
    let wanted = match args.len() {
        2 => None,
        3 => Some(positive(args.at(2))?),
        _ => return Err(refusal.into()),
    };
    let Some(wanted) = wanted else {
        let element = cx.list_mut(key)?.and_then(|list| side.pop(list));
        cx.remove_if_empty(key);
        return Ok(Reply::opt_bulk(element));
    };
    if cx.list(key)?.is_none() {
        return Ok(Reply::NilArray);
    }
    if wanted == 0 {
        return Ok(Reply::empty_array());
    }
    Ok(pop_some(cx, key, side, wanted)?.into())
}

/// Pops up to `wanted` elements, and removes the key with its last one.
pub(super) fn pop_some(
    cx: &mut Context<'_>,
    key: &[u8],
    side: Side,
    wanted: usize,
) -> Result<Vec<Reply>, Failure> {
    let Some(list) = cx.list_mut(key)? else { return Ok(Vec::new()) };
    let popped = (0..wanted.min(list.len())).filter_map(|_| side.pop(list)).map(Reply::bulk);
    let popped = popped.collect();
    cx.remove_if_empty(key);
    Ok(popped)
}

/// A count that is not negative.
pub(super) fn positive(text: &[u8]) -> Result<usize, Failure> {
    match resp::number::parse_i64(text) {
        Some(number @ 0..) => Ok(at_most(number)),
        _ => Err(NOT_POSITIVE.into()),
    }
}

pub(super) fn lmpop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (keys, rest) = counted_keys(args)?;
    let side = Side::parse(args, rest)?;
    let wanted = pop_count(args, rest + 1)?;
    for key in keys {
        if cx.list(key)?.is_some() {
            let popped = pop_some(cx, key, side, wanted)?;
            return Ok(vec![Reply::bulk(*key), popped.into()].into());
        }
    }
    Ok(Reply::NilArray)
}

/// The keys of `LMPOP` and `ZMPOP`, and the index of what follows them, which must be there.
pub(super) fn counted_keys(args: Args<'_>) -> Result<(&[&[u8]], usize), Failure> {
    let number = resp::number::parse_i64(args.at(1))
        .filter(|&number| number > 0)
        .map(at_most)
        .ok_or(NUMKEYS_POSITIVE)?;
    let keys = args.from(2).get(..number).ok_or(SYNTAX)?;
    if args.len() <= 2 + number {
        return Err(SYNTAX.into());
    }
    Ok((keys, 2 + number))
}

/// `COUNT <count>` of `LMPOP` and `ZMPOP`; 1 without it.
pub(super) fn pop_count(args: Args<'_>, index: usize) -> Result<usize, Failure> {
    if args.len() == index {
        return Ok(1);
    }
    if args.len() != index + 2 || !args.is(index, "count") {
        return Err(SYNTAX.into());
    }
    resp::number::parse_i64(args.at(index + 1))
        .filter(|&number| number > 0)
        .map(at_most)
        .ok_or_else(|| COUNT_POSITIVE.into())
}

pub(super) fn llen(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(cx.list(args.at(1))?.map_or(0, |list| list.len())))
}

pub(super) fn lrange(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (start, end) = (args.integer(2)?, args.integer(3)?);
    let Some(list) = cx.list(args.at(1))? else { return Ok(Reply::empty_array()) };
    Ok(list.range(range(start, end, list.len())).map(|element| Reply::bulk(&**element)).collect())
}

pub(super) fn lindex(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let Some(list) = cx.list(args.at(1))? else { return Ok(Reply::Nil) };
    let index = integer(args.at(2))?;
    Ok(Reply::opt_bulk(place(index, list.len()).and_then(|at| list.get(at)).cloned()))
}

/// The place that an index means, a negative one counted from the end.
fn place(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index.checked_add(len as i64)? } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}

pub(super) fn lset(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    let len = cx.list(key)?.ok_or(NO_SUCH_KEY)?.len();
    let at = place(args.integer(2)?, len).ok_or(INDEX_OUT_OF_RANGE)?;
    if let Some(list) = cx.list_mut(key)? {
        list.set(at, args.at(3).into());
    }
    Ok(Reply::OK)
}

pub(super) fn lrem(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, element) = (args.at(1), args.at(3));
    let wanted = args.integer(2)?;
    if !cx.list(key)?.is_some_and(|list| list.iter().any(|other| **other == *element)) {
        return Ok(count(0));
    }
    let mut left = if wanted == 0 { u64::MAX } else { wanted.unsigned_abs() };
    let mut removed = 0;
    let mut keep = |other: &[u8]| {
        let goes = left > 0 && *other == *element;
        if goes {
            left -= 1;
            removed += 1;
        }
        !goes
    };
    if let Some(list) = cx.list_mut(key)? {
        if wanted < 0 {
            let mut kept: List = List::new();
            while let Some(other) = list.pop_back() {
                if keep(&other) {
                    kept.push_front(other);
                }
            }
            *list = kept;
        } else {
            list.retain(keep);
        }
    }
    cx.remove_if_empty(key);
    Ok(count(removed))
}

pub(super) fn linsert(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let is_after = match (args.is(2, "after"), args.is(2, "before")) {
        (false, false) => return Err(SYNTAX.into()),
        (is_after, _) => is_after,
    };
    let key = args.at(1);
    let Some(list) = cx.list(key)? else { return Ok(count(0)) };
    let Some(at) = list.iter().position(|element| **element == *args.at(3)) else {
        return Ok(Reply::Integer(-1));
    };
    let len = list.len() + 1;
    if let Some(list) = cx.list_mut(key)? {
        list.insert(at + usize::from(is_after), args.at(4).into());
    }
    Ok(count(len))
}

pub(super) fn ltrim(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    let (start, end) = (args.integer(2)?, args.integer(3)?);
    if let Some(list) = cx.list_mut(key)? {
        list.keep(range(start, end, list.len()));
    }
    cx.remove_if_empty(key);
    Ok(Reply::OK)
}

pub(super) fn lmove(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (from, to) = (Side::parse(args, 3)?, Side::parse(args, 4)?);
    move_between(cx, args.at(1), args.at(2), from, to)
}

pub(super) fn rpoplpush(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    move_between(cx, args.at(1), args.at(2), Right, Left)
}

/// Moves one element from an end of a list to an end of another, or of the same one.
pub(super) fn move_between(
    cx: &mut Context<'_>,
    source: &[u8],
    target: &[u8],
    from: Side,
    to: Side,
) -> Answer {
    if cx.list(source)?.is_none() {
        return Ok(Reply::Nil);
    }
    cx.list(target)?;
    let Some(element) = cx.list_mut(source)?.and_then(|list| from.pop(list)) else {
        return Ok(Reply::Nil);
    };
    let reply = Reply::bulk(&*element);
    to.push(cx.list_or_new(target)?, element);
    cx.remove_if_empty(source);
    Ok(reply)
}

pub(super) fn lpos(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let mut rank = 1;
    let mut wanted = None;
    let mut compared_max = 0;
    let mut index = 3;
    while index < args.len() {
        let has_value = index + 1 < args.len();
        if args.is(index, "rank") && has_value {
            rank = integer(args.at(index + 1))?;
            if rank == 0 {
                return Err(RANK_ZERO.into());
            }
        } else if args.is(index, "count") && has_value {
            wanted = Some(positive(args.at(index + 1)).map_err(|_| COUNT_NEGATIVE)?);
        } else if args.is(index, "maxlen") && has_value {
            compared_max = positive(args.at(index + 1)).map_err(|_| MAXLEN_NEGATIVE)?;
        } else {
            return Err(SYNTAX.into());
        }
        index += 2;
    }
    let none = if wanted.is_some() { Reply::empty_array() } else { Reply::Nil };
    let Some(list) = cx.list(args.at(1))? else { return Ok(none) };
    // The lowest number has no opposite, and Redis takes it for -1.
    let skipped = if rank == i64::MIN { 0 } else { at_most(rank.abs() - 1) };
    let compared_max = if compared_max == 0 { list.len() } else { compared_max };
    let places: Box<dyn Iterator<Item = (usize, &Box<[u8]>)>> = if rank < 0 {
        Box::new(list.iter().enumerate().rev())
    } else {
        Box::new(list.iter().enumerate())
    };
    let matches = places
        .take(compared_max)
        .filter(|(_, element)| ***element == *args.at(2))
        .map(|(at, _)| count(at))
        .skip(skipped);
    Ok(match wanted {
        None => { matches }.next().unwrap_or(none),
        Some(0) => matches.collect(),
        Some(wanted) => matches.take(wanted).collect(),
    })
}
