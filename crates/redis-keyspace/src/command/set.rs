//! Sets.

use resp::{Items, Reply};

use crate::command::hash::check_random_count;
use crate::command::list::positive;
use crate::command::scan;
use crate::context::{Answer, Args, Context, at_most, count, scanned, truth};
use crate::messages::*;
use crate::value::Set;

pub(super) fn sadd(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, members) = (args.at(1), args.from(2));
    if cx.set_value(key)?.is_some_and(|set| members.iter().all(|member| set.contains(member))) {
        return Ok(count(0));
    }
    let thresholds = cx.thresholds();
    let set = cx.set_or_new(key)?;
    Ok(count(members.iter().filter(|member| set.insert(member, &thresholds)).count()))
}

pub(super) fn srem(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, members) = (args.at(1), args.from(2));
    if !cx.set_value(key)?.is_some_and(|set| members.iter().any(|member| set.contains(member))) {
        return Ok(count(0));
    }
    let removed = cx
        .set_mut(key)?
        .map_or(0, |set| members.iter().filter(|member| set.remove(member)).count());
    cx.remove_if_empty(key);
    Ok(count(removed))
}

pub(super) fn sismember(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(truth(cx.set_value(args.at(1))?.is_some_and(|set| set.contains(args.at(2)))))
}

pub(super) fn smismember(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let set = cx.set_value(args.at(1))?;
    let is_member = |member: &&[u8]| truth(set.is_some_and(|set| set.contains(member)));
    Ok(args.from(2).iter().map(is_member).collect())
}

pub(super) fn scard(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(cx.set_value(args.at(1))?.map_or(0, Set::len)))
}

pub(super) fn smembers(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let members = cx.set_value(args.at(1))?.map(replies).unwrap_or_default();
    Ok(cx.set_of(members))
}

fn replies(set: &Set) -> Vec<Reply> {
    set.iter().map(|member| Reply::Bulk(member.into_owned())).collect()
}

pub(super) fn spop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    if args.len() > 3 {
        return Err(SYNTAX.into());
    }
    let mut random = *cx.random();
    if args.len() == 2 {
        let Some(member) = cx.set_value(key)?.and_then(|set| set.random(&mut random)) else {
            return Ok(Reply::Nil);
        };
        let member = member.into_owned();
        *cx.random() = random;
        if let Some(set) = cx.set_mut(key)? {
            set.remove(&member);
        }
        cx.remove_if_empty(key);
        return Ok(Reply::Bulk(member));
    }
    let wanted = positive(args.at(2))?;
    let Some(set) = cx.set_value(key)? else { return Ok(cx.set_of(Vec::new())) };
    if wanted == 0 {
        return Ok(cx.set_of(Vec::new()));
    }
    if wanted >= set.len() {
        let members = replies(set);
        cx.remove(key);
        return Ok(cx.set_of(members));
    }
    let all: Vec<Vec<u8>> = set.iter().map(std::borrow::Cow::into_owned).collect();
    let chosen = random.distinct_below(all.len(), wanted);
    *cx.random() = random;
    if let Some(set) = cx.set_mut(key)? {
        for &at in &chosen {
            set.remove(&all[at]);
        }
    }
    let members = chosen.into_iter().map(|at| Reply::bulk(&*all[at])).collect();
    Ok(cx.set_of(members))
}

pub(super) fn srandmember(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    if args.len() > 3 {
        return Err(SYNTAX.into());
    }
    let mut random = *cx.random();
    if args.len() == 2 {
        let reply = match cx.set_value(key)?.and_then(|set| set.random(&mut random)) {
            Some(member) => Reply::Bulk(member.into_owned()),
            None => Reply::Nil,
        };
        *cx.random() = random;
        return Ok(reply);
    }
    let wanted = args.integer(2)?;
    check_random_count(wanted, false)?;
    let Some(set) = cx.set_value(key)? else { return Ok(Reply::empty_array()) };
    let members: Vec<Reply> = if wanted < 0 {
        (0..wanted.unsigned_abs())
            .filter_map(|_| set.random(&mut random))
            .map(|member| Reply::Bulk(member.into_owned()))
            .collect()
    } else if at_most(wanted) >= set.len() {
        replies(set)
    } else {
        let all: Vec<_> = set.iter().collect();
        let chosen = random.distinct_below(all.len(), at_most(wanted));
        chosen.into_iter().map(|at| Reply::bulk(&*all[at])).collect()
    };
    *cx.random() = random;
    Ok(members.into())
}

pub(super) fn smove(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (source, target, member) = (args.at(1), args.at(2), args.at(3));
    let Some(set) = cx.set_value(source)? else { return Ok(truth(false)) };
    let is_member = set.contains(member);
    let is_there_too = cx.set_value(target)?.is_some_and(|set| set.contains(member));
    if !is_member || source == target {
        return Ok(truth(is_member));
    }
    if let Some(set) = cx.set_mut(source)? {
        set.remove(member);
    }
    cx.remove_if_empty(source);
    if !is_there_too {
        let thresholds = cx.thresholds();
        cx.set_or_new(target)?.insert(member, &thresholds);
    }
    Ok(truth(true))
}

/// What is done with several sets.
#[derive(Clone, Copy)]
enum Combination {
    Intersection,
    Union,
    Difference,
}

pub(super) fn sinter(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    combined(cx, args, Combination::Intersection)
}

pub(super) fn sunion(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    combined(cx, args, Combination::Union)
}

pub(super) fn sdiff(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    combined(cx, args, Combination::Difference)
}

pub(super) fn sinterstore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    store_combined(cx, args, Combination::Intersection)
}

pub(super) fn sunionstore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    store_combined(cx, args, Combination::Union)
}

pub(super) fn sdiffstore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    store_combined(cx, args, Combination::Difference)
}

fn combined(cx: &mut Context<'_>, args: Args<'_>, combination: Combination) -> Answer {
    let set = combine(cx, args.from(1), combination)?;
    Ok(cx.set_of(replies(&set)))
}

fn store_combined(cx: &mut Context<'_>, args: Args<'_>, combination: Combination) -> Answer {
    let set = combine(cx, args.from(2), combination)?;
    let len = set.len();
    Ok(Reply::Integer(cx.store(args.at(1), set, len)))
}

/// The sets of `keys` as one new set. A key that does not exist is an empty set.
fn combine(cx: &mut Context<'_>, keys: &[&[u8]], combination: Combination) -> Result<Set, Failure> {
    for key in keys {
        cx.set_value(key)?;
    }
    let thresholds = cx.thresholds();
    let mut result = Set::new(cx.hasher());
    match combination {
        Combination::Intersection => {
            for member in intersection(cx, keys, usize::MAX)? {
                result.insert(&member, &thresholds);
            }
        }
        Combination::Union => {
            for key in keys {
                for member in cx.set_value(key)?.into_iter().flat_map(Set::iter) {
                    result.insert(&member, &thresholds);
                }
            }
        }
        Combination::Difference => {
            let [first, others @ ..] = keys else { return Ok(result) };
            let Some(mut left) = cx.set_value(first)?.cloned() else { return Ok(result) };
            for key in others {
                for member in cx.set_value(key)?.into_iter().flat_map(Set::iter) {
                    left.remove(&member);
                }
            }
            // Made anew: what is left may be integers only.
            for member in left.iter() {
                result.insert(&member, &thresholds);
            }
        }
    }
    Ok(result)
}

/// Up to `len_max` members that all sets have, in the order of the smallest.
fn intersection(
    cx: &mut Context<'_>,
    keys: &[&[u8]],
    len_max: usize,
) -> Result<Vec<Vec<u8>>, Failure> {
    let mut smallest = None;
    for key in keys {
        let len = cx.set_value(key)?.map_or(0, Set::len);
        if smallest.is_none_or(|(least, _)| len < least) {
            smallest = Some((len, *key));
        }
    }
    let Some((_, smallest)) = smallest else { return Ok(Vec::new()) };
    let mut common: Vec<Vec<u8>> = cx
        .set_value(smallest)?
        .map(|set| set.iter().map(std::borrow::Cow::into_owned).collect())
        .unwrap_or_default();
    for key in keys {
        if *key != smallest
            && let Some(set) = cx.set_value(key)?
        {
            common.retain(|member| set.contains(member));
        }
    }
    common.truncate(len_max);
    Ok(common)
}

pub(super) fn sintercard(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (keys, rest) = numbered_keys(args)?;
    let mut limit = 0;
    let mut index = rest;
    while index < args.len() {
        if !args.is(index, "limit") || index + 1 >= args.len() {
            return Err(SYNTAX.into());
        }
        limit = positive(args.at(index + 1)).map_err(|_| LIMIT_NEGATIVE)?;
        index += 2;
    }
    let limit = if limit == 0 { usize::MAX } else { limit };
    for key in keys {
        cx.set_value(key)?;
    }
    Ok(count(intersection(cx, keys, limit)?.len()))
}

/// The keys of `SINTERCARD` and kin, and the index of what follows them.
fn numbered_keys(args: Args<'_>) -> Result<(&[&[u8]], usize), Failure> {
    let number = resp::number::parse_i64(args.at(1))
        .filter(|&number| number > 0)
        .map(at_most)
        .ok_or(NUMKEYS_POSITIVE)?;
    let keys = args.from(2).get(..number).ok_or(NUMKEYS_TOO_MANY)?;
    Ok((keys, 2 + number))
}

pub(super) fn sscan(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let cursor = scan::cursor(args.at(2))?;
    let mut found = Items::default();
    let Some(set) = cx.set_value(args.at(1))? else { return Ok(scanned(0, found)) };
    let options = scan::Options::parse(args, 3, false)?;
    let next = set.scan(cursor, options.count, |member| {
        if options.admits(&member) {
            found.push(Reply::Bulk(member.into_owned()));
        }
    });
    Ok(scanned(next, found))
}
