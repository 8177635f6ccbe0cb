//! Unions, intersections and differences of sorted sets and sets.

use ahash::RandomState;
use ordered::IdSet;
use resp::Reply;

use crate::command::list::positive;
use crate::command::sorted_set::{owned, scored};
use crate::context::{Answer, Args, Context, count};
use crate::dict::Dict;
use crate::messages::*;
use crate::number::parse_double;
use crate::value::{SortedSet, Value, sort_members};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Combination {
    Union,
    Intersection,
    Difference,
}

/// What becomes of the scores of one member in several sets.
#[derive(Clone, Copy)]
enum Aggregate {
    Sum,
    Min,
    Max,
}

pub(in super::super) fn zunion(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    combined(cx, args, "zunion", Combination::Union)
}

pub(in super::super) fn zinter(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    combined(cx, args, "zinter", Combination::Intersection)
}

pub(in super::super) fn zdiff(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    combined(cx, args, "zdiff", Combination::Difference)
}

pub(in super::super) fn zunionstore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    store_combined(cx, args, "zunionstore", Combination::Union)
}

pub(in super::super) fn zinterstore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    store_combined(cx, args, "zinterstore", Combination::Intersection)
}

pub(in super::super) fn zdiffstore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    store_combined(cx, args, "zdiffstore", Combination::Difference)
}

fn combined(cx: &mut Context<'_>, args: Args<'_>, name: &str, combination: Combination) -> Answer {
    let keys = parse_keys(args, 1, name)?;
    let sources = read_sources(cx, keys)?;
    let may_weigh = combination != Combination::Difference;
    let options = Options::parse(args, 2 + keys.len(), keys.len(), may_weigh, true)?;
    let members = combine(cx.hasher(), &sources, &options, combination);
    if options.with_scores {
        return Ok(scored(cx, members, cx.is_resp3()));
    }
    Ok(members.into_iter().map(|(member, _)| Reply::Bulk(member)).collect())
}

fn store_combined(
    cx: &mut Context<'_>,
    args: Args<'_>,
    name: &str,
    combination: Combination,
) -> Answer {
    let keys = parse_keys(args, 2, name)?;
    let sources = read_sources(cx, keys)?;
    let may_weigh = combination != Combination::Difference;
    let options = Options::parse(args, 3 + keys.len(), keys.len(), may_weigh, false)?;
    let members = combine(cx.hasher(), &sources, &options, combination);
    let set = SortedSet::from_sorted(cx.hasher(), &members, &cx.thresholds());
    Ok(Reply::Integer(cx.store(args.at(1), set, members.len())))
}

pub(in super::super) fn zintercard(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let keys = parse_keys(args, 1, "zintercard")?;
    let sources = read_sources(cx, keys)?;
    let mut limit = usize::MAX;
    let mut index = 2 + keys.len();
    while index < args.len() {
        if !args.is(index, "limit") || index + 1 >= args.len() {
            return Err(SYNTAX.into());
        }
        let number = positive(args.at(index + 1)).map_err(|_| LIMIT_NEGATIVE)?;
        limit = if number == 0 { usize::MAX } else { number };
        index += 2;
    }
    let options = Options { weights: vec![1.0; keys.len()], ..Options::default() };
    let members = combine(cx.hasher(), &sources, &options, Combination::Intersection);
    Ok(count(members.len().min(limit)))
}

/// Members of one input and their scores.
type Source = Vec<(Vec<u8>, f64)>;

fn parse_keys<'a>(args: Args<'a>, index: usize, name: &str) -> Result<&'a [&'a [u8]], Failure> {
    let number = args.integer(index)?;
    if number < 1 {
        return Err(format!("ERR at least 1 input key is needed for '{name}' command").into());
    }
    let number = usize::try_from(number).map_err(|_| SYNTAX)?;
    args.from(index + 1).get(..number).ok_or_else(|| SYNTAX.into())
}

/// The members of each key. A plain set counts as one whose scores are all 1.
fn read_sources(cx: &mut Context<'_>, keys: &[&[u8]]) -> Result<Vec<Source>, Failure> {
    keys.iter()
        .map(|key| match cx.value(key) {
            None => Ok(Vec::new()),
            Some(Value::SortedSet(set)) => Ok(owned(set.iter())),
            Some(Value::Set(set)) => {
                Ok(set.iter().map(|member| (member.into_owned(), 1.0)).collect())
            }
            Some(_) => Err(WRONGTYPE.into()),
        })
        .collect()
}

struct Options {
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { weights: Vec::new(), aggregate: Aggregate::Sum, with_scores: false }
    }
}

impl Options {
    fn parse(
        args: Args<'_>,
        mut index: usize,
        key_count: usize,
        may_weigh: bool,
        may_show_scores: bool,
    ) -> Result<Self, Failure> {
        let mut options = Self { weights: vec![1.0; key_count], ..Self::default() };
        while index < args.len() {
            let left = args.len() - index - 1;
            if may_weigh && left >= key_count && args.is(index, "weights") {
                for weight in &mut options.weights {
                    index += 1;
                    *weight = parse_double(args.at(index)).ok_or(WEIGHT_NOT_A_FLOAT)?;
                }
            } else if may_weigh && left >= 1 && args.is(index, "aggregate") {
                index += 1;
                options.aggregate = if args.is(index, "sum") {
                    Aggregate::Sum
                } else if args.is(index, "min") {
                    Aggregate::Min
                } else if args.is(index, "max") {
                    Aggregate::Max
                } else {
                    return Err(SYNTAX.into());
                };
            } else if may_show_scores && args.is(index, "withscores") {
                options.with_scores = true;
            } else {
                return Err(SYNTAX.into());
            }
            index += 1;
        }
        Ok(options)
    }

    fn weigh(&self, source: usize, score: f64) -> f64 {
        self.weights.get(source).copied().unwrap_or(1.0) * score
    }

    /// Joins the score so far with another one, which may be infinity times nothing.
    fn join(&self, joined: f64, score: f64) -> f64 {
        match self.aggregate {
            // Opposite infinities cancel out.
            Aggregate::Sum => zero_for_nan(joined + score),
            Aggregate::Min if score < joined => score,
            Aggregate::Max if score > joined => score,
            Aggregate::Min | Aggregate::Max => joined,
        }
    }
}

fn zero_for_nan(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}

/// The resulting members, in order.
fn combine(
    hasher: &RandomState,
    sources: &[Source],
    options: &Options,
    combination: Combination,
) -> Vec<(Vec<u8>, f64)> {
    // Score so far, and in how many sources the member has been seen.
    let mut seen: Dict<(f64, usize)> = Dict::new(hasher);
    // The smallest comes first, which decides how sums are rounded; a difference is taken in order.
    let is_difference = combination == Combination::Difference;
    let order: IdSet<(u64, usize)> = sources
        .iter()
        .enumerate()
        .map(|(at, members)| (if is_difference { 0 } else { members.len() as u64 }, at))
        .collect();
    for (turn, (_, source)) in order.iter().enumerate() {
        for (member, score) in &sources[source] {
            let mut score = options.weigh(source, *score);
            if turn == 0 || combination == Combination::Union {
                score = zero_for_nan(score);
            }
            match seen.find(member).and_then(|slot| seen.value_mut(slot)) {
                Some((joined, times)) => {
                    *joined = options.join(*joined, score);
                    *times += 1;
                }
                None if turn > 0 && combination != Combination::Union => {}
                None => {
                    seen.insert(member, (score, 1));
                }
            }
        }
    }
    let mut result: Vec<(Vec<u8>, f64)> = seen
        .iter()
        .filter(|(_, (_, times))| match combination {
            Combination::Union => true,
            Combination::Intersection => *times == sources.len(),
            Combination::Difference => *times == 1,
        })
        .map(|(member, (score, _))| (member.to_vec(), *score))
        .collect();
    sort_members(&mut result);
    result
}
