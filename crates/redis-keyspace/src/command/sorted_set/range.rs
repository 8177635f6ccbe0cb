//! Ranges of sorted sets: by rank, by score, by bytes, either way round.
//!
//! Every range becomes one of ranks first; what is done with it is the same for all.

use std::ops::Range;

use resp::Reply;

use crate::command::sorted_set::{owned, scored};
use crate::context::{self, Answer, Args, Context, count, integer};
use crate::messages::*;
use crate::number::parse_bound;
use crate::value::SortedSet;

/// What the ends of a range are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Rank,
    Score,
    Bytes,
}

/// What a command's name says about its range; `ZRANGE` leaves it to options.
struct Preset {
    by: Option<By>,
    reverse: Option<bool>,
}

pub(in super::super) fn zrange(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, None, &Preset { by: None, reverse: None })
}

pub(in super::super) fn zrangestore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, Some(args.at(1)), &Preset { by: None, reverse: None })
}

pub(in super::super) fn zrevrange(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, None, &Preset { by: Some(By::Rank), reverse: Some(true) })
}

pub(in super::super) fn zrangebyscore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, None, &Preset { by: Some(By::Score), reverse: Some(false) })
}

pub(in super::super) fn zrevrangebyscore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, None, &Preset { by: Some(By::Score), reverse: Some(true) })
}

pub(in super::super) fn zrangebylex(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, None, &Preset { by: Some(By::Bytes), reverse: Some(false) })
}

pub(in super::super) fn zrevrangebylex(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    range(cx, args, None, &Preset { by: Some(By::Bytes), reverse: Some(true) })
}

fn range(cx: &mut Context<'_>, args: Args<'_>, target: Option<&[u8]>, preset: &Preset) -> Answer {
    let key_index = if target.is_some() { 2 } else { 1 };
    let mut by = preset.by;
    let mut reverse = preset.reverse;
    let mut with_scores = false;
    let (mut offset, mut limit) = (0, -1);
    let mut index = key_index + 3;
    while index < args.len() {
        if target.is_none() && args.is(index, "withscores") {
            with_scores = true;
        } else if args.is(index, "limit") && index + 2 < args.len() {
            offset = args.integer(index + 1)?;
            limit = args.integer(index + 2)?;
            index += 2;
        } else if reverse.is_none() && args.is(index, "rev") {
            reverse = Some(true);
        } else if by.is_none() && args.is(index, "bylex") {
            by = Some(By::Bytes);
        } else if by.is_none() && args.is(index, "byscore") {
            by = Some(By::Score);
        } else {
            return Err(SYNTAX.into());
        }
        index += 1;
    }
    let by = by.unwrap_or(By::Rank);
    let reverse = reverse.unwrap_or(false);
    if limit != -1 && by == By::Rank {
        return Err(LIMIT_WITHOUT_BY.into());
    }
    if with_scores && by == By::Bytes {
        return Err(WITHSCORES_BYLEX.into());
    }
    let ends = match (args.at(key_index + 1), args.at(key_index + 2)) {
        (max, min) if reverse && by != By::Rank => Ends::parse(by, min, max)?,
        (start, end) => Ends::parse(by, start, end)?,
    };
    let thresholds = cx.thresholds();
    let Some(set) = cx.sorted_set(args.at(key_index))? else {
        return Ok(match target {
            Some(target) => {
                cx.remove(target);
                count(0)
            }
            None => Reply::empty_array(),
        });
    };
    let ranks = ends.ranks(set, reverse);
    let ranks = if by == By::Rank { ranks } else { limited(ranks, offset, limit, reverse) };
    let members = if reverse {
        set.descending(ranks.start, ranks.end)
    } else {
        set.ascending(ranks.start, ranks.end)
    };
    if let Some(target) = target {
        let mut stored = SortedSet::new(set.hasher());
        for (member, score) in members {
            stored.insert(member, score, &thresholds);
        }
        let len = stored.len();
        return Ok(Reply::Integer(cx.store(target, stored, len)));
    }
    if with_scores {
        let members = owned(members);
        return Ok(scored(cx, members, cx.is_resp3()));
    }
    Ok(members.map(|(member, _)| Reply::bulk(member)).collect())
}

/// Leaves out the first `offset` and keeps `limit` at most, seen in the given direction.
fn limited(ranks: Range<usize>, offset: i64, limit: i64, reverse: bool) -> Range<usize> {
    let Ok(offset) = usize::try_from(offset) else { return 0..0 };
    let len = ranks.len().saturating_sub(offset);
    let len = usize::try_from(limit).map_or(len, |limit| len.min(limit));
    if len == 0 {
        0..0
    } else if reverse {
        ranks.end - offset - len..ranks.end - offset
    } else {
        ranks.start + offset..ranks.start + offset + len
    }
}

/// The two ends of a range as arguments.
enum Ends<'a> {
    Rank(i64, i64),
    Score(ScoreEnd, ScoreEnd),
    Bytes(ByteEnd<'a>, ByteEnd<'a>),
}

struct ScoreEnd {
    score: f64,
    is_exclusive: bool,
}

enum ByteEnd<'a> {
    Lowest,
    Highest,
    At { member: &'a [u8], is_exclusive: bool },
}

impl<'a> Ends<'a> {
    fn parse(by: By, min: &'a [u8], max: &'a [u8]) -> Result<Self, Failure> {
        match by {
            By::Rank => Ok(Self::Rank(integer(min)?, integer(max)?)),
            By::Score => match (ScoreEnd::parse(min), ScoreEnd::parse(max)) {
                (Some(min), Some(max)) => Ok(Self::Score(min, max)),
                _ => Err(SCORE_NOT_FLOATS.into()),
            },
            By::Bytes => match (ByteEnd::parse(min), ByteEnd::parse(max)) {
                (Some(min), Some(max)) => Ok(Self::Bytes(min, max)),
                _ => Err(LEX_NOT_VALID.into()),
            },
        }
    }

    /// The ranks that lie in the range. Ranks as arguments count from the highest when `reverse`.
    fn ranks(&self, set: &SortedSet, reverse: bool) -> Range<usize> {
        let (start, end) = match self {
            Self::Rank(start, end) => {
                let ranks = context::range(*start, *end, set.len());
                if !reverse || ranks.is_empty() {
                    return ranks;
                }
                return set.len() - ranks.end..set.len() - ranks.start;
            }
            Self::Score(min, max) => (
                set.count_while(|score, _| min.is_above(score)),
                set.count_while(|score, _| !max.is_below(score)),
            ),
            Self::Bytes(min, max) => (
                set.count_while(|_, member| min.is_above(member)),
                set.count_while(|_, member| !max.is_below(member)),
            ),
        };
        start..end.max(start)
    }
}

impl ScoreEnd {
    fn parse(text: &[u8]) -> Option<Self> {
        match text {
            [b'(', score @ ..] => Some(Self { score: parse_bound(score)?, is_exclusive: true }),
            score => Some(Self { score: parse_bound(score)?, is_exclusive: false }),
        }
    }

    /// As a lower end: whether it leaves `score` out.
    fn is_above(&self, score: f64) -> bool {
        if self.is_exclusive { score <= self.score } else { score < self.score }
    }

    /// As an upper end: whether it leaves `score` out.
    fn is_below(&self, score: f64) -> bool {
        if self.is_exclusive { score >= self.score } else { score > self.score }
    }
}

impl<'a> ByteEnd<'a> {
    fn parse(text: &'a [u8]) -> Option<Self> {
        match text {
            [b'-'] => Some(Self::Lowest),
            [b'+'] => Some(Self::Highest),
            [b'(', member @ ..] => Some(Self::At { member, is_exclusive: true }),
            [b'[', member @ ..] => Some(Self::At { member, is_exclusive: false }),
            _ => None,
        }
    }

    fn is_above(&self, other: &[u8]) -> bool {
        match self {
            Self::Lowest => false,
            Self::Highest => true,
            Self::At { member, is_exclusive: true } => other <= *member,
            Self::At { member, is_exclusive: false } => other < *member,
        }
    }

    fn is_below(&self, other: &[u8]) -> bool {
        match self {
            Self::Lowest => true,
            Self::Highest => false,
            Self::At { member, is_exclusive: true } => other >= *member,
            Self::At { member, is_exclusive: false } => other > *member,
        }
    }
}

pub(in super::super) fn zcount(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    count_range(cx, args, By::Score)
}

pub(in super::super) fn zlexcount(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    count_range(cx, args, By::Bytes)
}

fn count_range(cx: &mut Context<'_>, args: Args<'_>, by: By) -> Answer {
    let ends = Ends::parse(by, args.at(2), args.at(3))?;
    Ok(count(cx.sorted_set(args.at(1))?.map_or(0, |set| ends.ranks(set, false).len())))
}

pub(in super::super) fn zremrangebyrank(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    remove_range(cx, args, By::Rank)
}

pub(in super::super) fn zremrangebyscore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    remove_range(cx, args, By::Score)
}

pub(in super::super) fn zremrangebylex(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    remove_range(cx, args, By::Bytes)
}

fn remove_range(cx: &mut Context<'_>, args: Args<'_>, by: By) -> Answer {
    let ends = Ends::parse(by, args.at(2), args.at(3))?;
    let key = args.at(1);
    let Some(set) = cx.sorted_set(key)? else { return Ok(count(0)) };
    let ranks = ends.ranks(set, false);
    if ranks.is_empty() {
        return Ok(count(0));
    }
    let removed = ranks.len();
    if let Some(set) = cx.sorted_set_mut(key)? {
        set.remove_ranks(ranks);
    }
    cx.remove_if_empty(key);
    Ok(count(removed))
}
