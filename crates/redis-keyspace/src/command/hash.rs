//! Hashes.

use resp::{Items, Reply};

use crate::command::scan;
use crate::command::string::add_floats;
use crate::context::{Answer, Args, Context, at_most, count, integer, scanned, truth};
use crate::limits::{RANDOM_COUNT_MIN, RANDOM_REPEAT_MAX};
use crate::long_double::{LongDouble, Parsed};
use crate::messages::*;
use crate::value::Hash;

pub(super) fn hset(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    set_all(cx, args, "ERR wrong number of arguments for 'hset' command").map(count)
}

pub(super) fn hmset(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    set_all(cx, args, "ERR wrong number of arguments for 'hmset' command")?;
    Ok(Reply::OK)
}

/// Sets fields; answers how many are new.
fn set_all(cx: &mut Context<'_>, args: Args<'_>, refusal: &'static str) -> Result<usize, Failure> {
    let (pairs, rest) = args.from(2).as_chunks::<2>();
    if !rest.is_empty() {
        return Err(refusal.into());
    }
    let thresholds = cx.thresholds();
    let hash = cx.hash_or_new(args.at(1))?;
    hash.make_room_for(args.from(2), &thresholds);
    Ok(pairs.iter().filter(|[field, value]| hash.set(field, value, &thresholds)).count())
}

pub(super) fn hsetnx(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, field) = (args.at(1), args.at(2));
    if cx.hash(key)?.is_some_and(|hash| hash.contains(field)) {
        return Ok(truth(false));
    }
    let thresholds = cx.thresholds();
    cx.hash_or_new(key)?.set(field, args.at(3), &thresholds);
    Ok(truth(true))
}

pub(super) fn hget(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(Reply::opt_bulk(cx.hash(args.at(1))?.and_then(|hash| hash.get(args.at(2)))))
}

pub(super) fn hmget(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let hash = cx.hash(args.at(1))?;
    let get = |field: &&[u8]| Reply::opt_bulk(hash.and_then(|hash| hash.get(field)));
    Ok(args.from(2).iter().map(get).collect())
}

pub(super) fn hgetall(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let mut items = Vec::new();
    if let Some(hash) = cx.hash(args.at(1))? {
        items.reserve(hash.len() * 2);
        for (field, value) in hash.iter() {
            items.push(Reply::bulk(field));
            items.push(Reply::bulk(value));
        }
    }
    Ok(cx.map(items))
}

pub(super) fn hkeys(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let fields = cx.hash(args.at(1))?.into_iter().flat_map(Hash::iter);
    Ok(fields.map(|(field, _)| Reply::bulk(field)).collect())
}

pub(super) fn hvals(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let fields = cx.hash(args.at(1))?.into_iter().flat_map(Hash::iter);
    Ok(fields.map(|(_, value)| Reply::bulk(value)).collect())
}

pub(super) fn hlen(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(cx.hash(args.at(1))?.map_or(0, Hash::len)))
}

pub(super) fn hexists(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(truth(cx.hash(args.at(1))?.is_some_and(|hash| hash.contains(args.at(2)))))
}

pub(super) fn hstrlen(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let value = cx.hash(args.at(1))?.and_then(|hash| hash.get(args.at(2)));
    Ok(count(value.map_or(0, <[u8]>::len)))
}

pub(super) fn hdel(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, fields) = (args.at(1), args.from(2));
    if !cx.hash(key)?.is_some_and(|hash| fields.iter().any(|field| hash.contains(field))) {
        return Ok(count(0));
    }
    let removed = cx
        .hash_mut(key)?
        .map_or(0, |hash| fields.iter().filter(|field| hash.remove(field)).count());
    cx.remove_if_empty(key);
    Ok(count(removed))
}

pub(super) fn hincrby(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, field) = (args.at(1), args.at(2));
    let increment = args.integer(3)?;
    let old = match cx.hash(key)?.and_then(|hash| hash.get(field)) {
        Some(value) => integer(value).map_err(|_| HASH_VALUE_NOT_AN_INTEGER)?,
        None => 0,
    };
    let sum = old.checked_add(increment).ok_or(INCREMENT_OVERFLOW)?;
    let thresholds = cx.thresholds();
    let mut digits = itoa::Buffer::new();
    cx.hash_or_new(key)?.set(field, digits.format(sum).as_bytes(), &thresholds);
    Ok(Reply::Integer(sum))
}

pub(super) fn hincrbyfloat(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, field) = (args.at(1), args.at(2));
    let increment = LongDouble::parse(args.at(3)).ok_or(NOT_A_FLOAT)?;
    if increment == Parsed::Infinite {
        return Err(VALUE_NOT_FINITE.into());
    }
    let old = cx.hash(key)?.and_then(|hash| hash.get(field)).unwrap_or(b"0");
    let old = LongDouble::parse(old).ok_or(HASH_VALUE_NOT_A_FLOAT)?;
    let text = add_floats(old, increment).ok_or(INCREMENT_NOT_FINITE)?;
    let thresholds = cx.thresholds();
    cx.hash_or_new(key)?.set(field, &text, &thresholds);
    Ok(Reply::Bulk(text))
}

pub(super) fn hrandfield(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    if args.len() == 2 {
        let mut random = *cx.random();
        let field = cx.hash(key)?.and_then(|hash| hash.random(&mut random));
        let reply = Reply::opt_bulk(field.map(|(field, _)| field));
        *cx.random() = random;
        return Ok(reply);
    }
    let wanted = args.integer(2)?;
    let with_values = args.len() == 4 && args.is(3, "withvalues");
    if args.len() > 3 && !with_values {
        return Err(SYNTAX.into());
    }
    check_random_count(wanted, with_values)?;
    let resp3 = cx.is_resp3();
    let mut random = *cx.random();
    let mut items = Vec::new();
    let mut show = |(field, value): (&[u8], &[u8])| {
        if !with_values {
            items.push(Reply::bulk(field));
        } else if resp3 {
            items.push(vec![Reply::bulk(field), Reply::bulk(value)].into());
        } else {
            items.push(Reply::bulk(field));
            items.push(Reply::bulk(value));
        }
    };
    if let Some(hash) = cx.hash(key)? {
        if wanted < 0 {
            for _ in 0..wanted.unsigned_abs() {
                hash.random(&mut random).into_iter().for_each(&mut show);
            }
        } else if at_most(wanted) >= hash.len() {
            hash.iter().for_each(show);
        } else {
            let all: Vec<_> = hash.iter().collect();
            let chosen = random.distinct_below(all.len(), at_most(wanted));
            for at in chosen {
                show(all[at]);
            }
        }
    }
    *cx.random() = random;
    Ok(items.into())
}

/// Refuses counts that Redis refuses, and repetitions that no reply could hold.
pub(super) fn check_random_count(count: i64, with_values: bool) -> Result<(), Failure> {
    let beyond_redis = with_values && !(RANDOM_COUNT_MIN..=-RANDOM_COUNT_MIN).contains(&count);
    match count {
        i64::MIN => Err(NOT_A_LONG.into()),
        _ if beyond_redis || count < -RANDOM_REPEAT_MAX => Err(OUT_OF_RANGE.into()),
        _ => Ok(()),
    }
}

pub(super) fn hscan(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let cursor = scan::cursor(args.at(2))?;
    let mut found = Items::default();
    let Some(hash) = cx.hash(args.at(1))? else { return Ok(scanned(0, found)) };
    let options = scan::Options::parse(args, 3, false)?;
    let next = hash.scan(cursor, options.count, |field, value| {
        if options.admits(field) {
            found.push(Reply::bulk(field));
            found.push(Reply::bulk(value));
        }
    });
    Ok(scanned(next, found))
}
