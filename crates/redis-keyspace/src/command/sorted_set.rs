//! Sorted sets: members, scores, ranks. Ranges and combinations have files of their own.

mod combine;
mod range;

pub(super) use combine::{zdiff, zdiffstore, zinter, zintercard, zinterstore, zunion, zunionstore};
pub(super) use range::{
    zcount, zlexcount, zrange, zrangebylex, zrangebyscore, zrangestore, zremrangebylex,
    zremrangebyrank, zremrangebyscore, zrevrange, zrevrangebylex, zrevrangebyscore,
};

use resp::{Items, Reply};
use smallvec::SmallVec;

use crate::command::hash::check_random_count;
use crate::command::list::{counted_keys, pop_count, positive};
use crate::command::scan;
use crate::context::{Answer, Args, Context, at_most, count, scanned};
use crate::messages::*;
use crate::number::parse_double;
use crate::value::SortedSet;

/// The options of `ZADD`.
#[derive(Default)]
pub(super) struct AddOptions {
    pub(super) nx: bool,
    pub(super) xx: bool,
    gt: bool,
    lt: bool,
    pub(super) ch: bool,
    incr: bool,
}

pub(super) fn zadd(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let mut options = AddOptions::default();
    let mut index = 2;
    // No option begins as a score does, with a digit.
    while !args.at(index).first().is_some_and(u8::is_ascii_digit) {
        let option = [
            ("nx", &mut options.nx),
            ("xx", &mut options.xx),
            ("gt", &mut options.gt),
            ("lt", &mut options.lt),
            ("ch", &mut options.ch),
            ("incr", &mut options.incr),
        ]
        .into_iter()
        .find(|(name, _)| args.is(index, name));
        let Some((_, option)) = option else { break };
        *option = true;
        index += 1;
    }
    add(cx, args, index, &options)
}

pub(super) fn zincrby(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    add(cx, args, 2, &AddOptions { incr: true, ..AddOptions::default() })
}

fn add(cx: &mut Context<'_>, args: Args<'_>, index: usize, options: &AddOptions) -> Answer {
    let (pairs, rest) = args.from(index).as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        return Err(SYNTAX.into());
    }
    if options.nx && options.xx {
        return Err(ZADD_XX_NX.into());
    }
    if [options.nx, options.gt, options.lt].into_iter().filter(|&is_set| is_set).count() > 1 {
        return Err(ZADD_GT_LT_NX.into());
    }
    if options.incr && pairs.len() > 1 {
        return Err(ZADD_INCR.into());
    }
    let elements = pairs
        .iter()
        .map(|[score, member]| Some((parse_double(score)?, *member)))
        .collect::<Option<Elements<'_>>>()
        .ok_or(NOT_A_FLOAT)?;
    add_members(cx, args.at(1), elements, options)
}

/// Scores and members; mostly one.
pub(super) type Elements<'a> = SmallVec<[(f64, &'a [u8]); 2]>;

/// Adds members with their scores, or changes the scores of those that are there.
pub(super) fn add_members(
    cx: &mut Context<'_>,
    key: &[u8],
    elements: Elements<'_>,
    options: &AddOptions,
) -> Answer {
    let set = cx.sorted_set(key)?;
    let mut added = 0;
    let mut updated = 0;
    let mut changes = Elements::new();
    let mut incremented = None;
    for (score, member) in elements {
        // An earlier element of this very command may have changed the score.
        let old = changes
            .iter()
            .rfind(|(_, other)| *other == member)
            .map(|(score, _)| *score)
            .or_else(|| set.and_then(|set| set.score(member)));
        let Some(new) = options.decide(old, score)? else { continue };
        incremented = Some(new);
        match old {
            None => added += 1,
            Some(old) if old != new => updated += 1,
            Some(_) => continue,
        }
        changes.push((new, member));
    }
    if !changes.is_empty() {
        let thresholds = cx.thresholds();
        let set = cx.sorted_set_or_new(key)?;
        for (score, member) in changes {
            set.insert(member, score, &thresholds);
        }
    }
    Ok(match (options.incr, incremented) {
        (true, Some(score)) => cx.double(score),
        (true, None) => Reply::Nil,
        _ => count(if options.ch { added + updated } else { added }),
    })
}

impl AddOptions {
    /// The new score of a member; `None` when it stays as it is.
    fn decide(&self, old: Option<f64>, score: f64) -> Result<Option<f64>, Failure> {
        let Some(old) = old else { return Ok((!self.xx).then_some(score)) };
        if self.nx {
            return Ok(None);
        }
        let new = if self.incr { old + score } else { score };
        if new.is_nan() {
            return Err(SCORE_NAN.into());
        }
        let is_refused = (self.gt && new <= old) || (self.lt && new >= old);
        Ok((!is_refused).then_some(new))
    }
}

pub(super) fn zrem(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (key, members) = (args.at(1), args.from(2));
    let is_member = |set: &SortedSet| members.iter().any(|member| set.score(member).is_some());
    if !cx.sorted_set(key)?.is_some_and(is_member) {
        return Ok(count(0));
    }
    let removed = cx
        .sorted_set_mut(key)?
        .map_or(0, |set| members.iter().filter(|member| set.remove(member)).count());
    cx.remove_if_empty(key);
    Ok(count(removed))
}

pub(super) fn zcard(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(count(cx.sorted_set(args.at(1))?.map_or(0, SortedSet::len)))
}

pub(super) fn zscore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let score = cx.sorted_set(args.at(1))?.and_then(|set| set.score(args.at(2)));
    Ok(score.map_or(Reply::Nil, |score| cx.double(score)))
}

pub(super) fn zmscore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let set = cx.sorted_set(args.at(1))?;
    let score = |member: &&[u8]| set.and_then(|set| set.score(member));
    let scores: Vec<Option<f64>> = args.from(2).iter().map(score).collect();
    Ok(scores.into_iter().map(|score| score.map_or(Reply::Nil, |score| cx.double(score))).collect())
}

pub(super) fn zrank(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let rank = cx.sorted_set(args.at(1))?.and_then(|set| set.rank(args.at(2)));
    Ok(rank.map_or(Reply::Nil, count))
}

pub(super) fn zrevrank(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let Some(set) = cx.sorted_set(args.at(1))? else { return Ok(Reply::Nil) };
    Ok(set.rank(args.at(2)).map_or(Reply::Nil, |rank| count(set.len() - 1 - rank)))
}

pub(super) fn zpopmin(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    pop(cx, args, false)
}

pub(super) fn zpopmax(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    pop(cx, args, true)
}

fn pop(cx: &mut Context<'_>, args: Args<'_>, highest: bool) -> Answer {
    if args.len() > 3 {
        return Err(SYNTAX.into());
    }
    let wanted = if args.len() == 3 { positive(args.at(2))? } else { 1 };
    let popped = pop_some(cx, args.at(1), highest, wanted)?;
    let as_pairs = cx.is_resp3() && args.len() == 3;
    Ok(scored(cx, popped, as_pairs))
}

/// Removes up to `wanted` members, and the key with its last one.
pub(super) fn pop_some(
    cx: &mut Context<'_>,
    key: &[u8],
    highest: bool,
    wanted: usize,
) -> Result<Vec<(Vec<u8>, f64)>, Failure> {
    let Some(set) = cx.sorted_set(key)? else { return Ok(Vec::new()) };
    if wanted == 0 {
        return Ok(Vec::new());
    }
    let len = set.len();
    let popped: Vec<(Vec<u8>, f64)> = if highest {
        owned(set.descending(len.saturating_sub(wanted), len))
    } else {
        owned(set.ascending(0, wanted))
    };
    if let Some(set) = cx.sorted_set_mut(key)? {
        for (member, _) in &popped {
            set.remove(member);
        }
    }
    cx.remove_if_empty(key);
    Ok(popped)
}

fn owned<'a>(members: impl Iterator<Item = (&'a [u8], f64)>) -> Vec<(Vec<u8>, f64)> {
    members.map(|(member, score)| (member.to_vec(), score)).collect()
}

/// Members and scores: in turn, or as pairs.
pub(super) fn scored(cx: &Context<'_>, members: Vec<(Vec<u8>, f64)>, as_pairs: bool) -> Reply {
    if as_pairs {
        let pair = |(member, score)| vec![Reply::Bulk(member), cx.double(score)].into();
        return members.into_iter().map(pair).collect();
    }
    members
        .into_iter()
        .flat_map(|(member, score)| [Reply::Bulk(member), cx.double(score)])
        .collect()
}

pub(super) fn zmpop(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let (keys, rest) = counted_keys(args)?;
    let highest = parse_end(args, rest)?;
    let wanted = pop_count(args, rest + 1)?;
    for key in keys {
        if cx.sorted_set(key)?.is_some() {
            let popped = pop_some(cx, key, highest, wanted)?;
            return Ok(vec![Reply::bulk(*key), scored(cx, popped, true)].into());
        }
    }
    Ok(Reply::NilArray)
}

/// `MIN` or `MAX`: whether it is the highest.
pub(super) fn parse_end(args: Args<'_>, index: usize) -> Result<bool, Failure> {
    match (args.is(index, "min"), args.is(index, "max")) {
        (false, false) => Err(SYNTAX.into()),
        (_, highest) => Ok(highest),
    }
}

pub(super) fn zrandmember(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    let mut random = *cx.random();
    let mut pick = |set: &SortedSet| {
        let at = random.below(set.len());
        set.ascending(at, at + 1).next().map(|(member, score)| (member.to_vec(), score))
    };
    if args.len() == 2 {
        let picked = cx.sorted_set(key)?.and_then(pick);
        *cx.random() = random;
        return Ok(Reply::opt_bulk(picked.map(|(member, _)| member)));
    }
    let wanted = args.integer(2)?;
    let with_scores = args.len() == 4 && args.is(3, "withscores");
    if args.len() > 3 && !with_scores {
        return Err(SYNTAX.into());
    }
    check_random_count(wanted, with_scores)?;
    let Some(set) = cx.sorted_set(key)? else { return Ok(Reply::empty_array()) };
    let picked: Vec<(Vec<u8>, f64)> = if wanted < 0 {
        (0..wanted.unsigned_abs()).filter_map(|_| pick(set)).collect()
    } else if at_most(wanted) >= set.len() {
        // Redis shows all of them from the highest down.
        owned(set.descending(0, set.len()))
    } else {
        let all = owned(set.iter());
        let chosen = random.distinct_below(all.len(), at_most(wanted));
        chosen.into_iter().map(|at| all[at].clone()).collect()
    };
    *cx.random() = random;
    if with_scores {
        return Ok(scored(cx, picked, cx.is_resp3()));
    }
    Ok(picked.into_iter().map(|(member, _)| Reply::Bulk(member)).collect())
}

/// Whole scores up to 2^62 are integers in a listpack, and `ZSCAN` shows them as such.
const LISTPACK_INTEGERS_MAX: f64 = 4_611_686_018_427_387_904.0;

pub(super) fn zscan(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let cursor = scan::cursor(args.at(2))?;
    let mut found = Items::default();
    let Some(set) = cx.sorted_set(args.at(1))? else { return Ok(scanned(0, found)) };
    let options = scan::Options::parse(args, 3, false)?;
    let is_listpack = set.encoding() == "listpack";
    let next = set.scan(cursor, options.count, |member, score| {
        if options.admits(member) {
            let mut text = Vec::new();
            if is_listpack && score.fract() == 0.0 && score.abs() <= LISTPACK_INTEGERS_MAX {
                resp::number::put_i64(score as i64, &mut text);
            } else {
                resp::number::put_g17(score, &mut text);
            }
            found.push(Reply::bulk(member));
            found.push(Reply::Bulk(text));
        }
    });
    Ok(scanned(next, found))
}
