//! `LCS`: the longest common subsequence of two strings.

use resp::Reply;

use crate::context::{Answer, Args, Context, at_most};
use crate::limits::LCS_CELLS_MAX;
use crate::messages::*;
use crate::value::Value;

#[derive(Default)]
struct Options {
    len: bool,
    ranges: bool,
    with_len: bool,
    len_min: usize,
}

impl Options {
    fn parse(args: Args<'_>) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut index = 3;
        while index < args.len() {
            if args.is(index, "idx") {
                options.ranges = true;
            } else if args.is(index, "len") {
                options.len = true;
            } else if args.is(index, "withmatchlen") {
                options.with_len = true;
            } else if args.is(index, "minmatchlen") && index + 1 < args.len() {
                index += 1;
                options.len_min = at_most(args.integer(index)?);
            } else {
                return Err(SYNTAX.into());
            }
            index += 1;
        }
        if options.ranges && options.len {
            return Err(LCS_LEN_AND_IDX.into());
        }
        Ok(options)
    }
}

pub(in crate::command) fn lcs(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let mut string = |index: usize| match cx.value(args.at(index)) {
        None => Ok(Vec::new()),
        Some(Value::String(string)) => Ok(string.to_vec()),
        Some(_) => Err(Failure::from(LCS_NOT_STRINGS)),
    };
    let (a, b) = (string(1)?, string(2)?);
    let options = Options::parse(args)?;
    let table = Table::new(&a, &b)?;
    let total = table.at(a.len(), b.len());
    if options.len {
        return Ok(Reply::Integer(total.into()));
    }
    let (common, ranges) = table.trace(&a, &b);
    if !options.ranges {
        return Ok(Reply::Bulk(common));
    }
    let pair = |start: usize, end: usize| {
        Reply::from(vec![Reply::Integer(start as i64), Reply::Integer(end as i64)])
    };
    let matches = ranges.into_iter().filter(|range| range.len >= options.len_min).map(|range| {
        let mut parts =
            vec![pair(range.a, range.a + range.len - 1), pair(range.b, range.b + range.len - 1)];
        if options.with_len {
            parts.push(Reply::Integer(range.len as i64));
        }
        Reply::from(parts)
    });
    let items = vec![
        Reply::bulk("matches"),
        matches.collect(),
        Reply::bulk("len"),
        Reply::Integer(total.into()),
    ];
    Ok(cx.map(items))
}

/// A run of equal bytes; `len` is at least 1.
struct Range {
    a: usize,
    b: usize,
    len: usize,
}

/// The length of the longest common subsequence of every two prefixes.
struct Table {
    cells: Vec<u32>,
    width: usize,
}

impl Table {
    fn new(a: &[u8], b: &[u8]) -> Result<Self, Failure> {
        let width = b.len() + 1;
        let size = width.checked_mul(a.len() + 1).filter(|&size| size <= LCS_CELLS_MAX);
        let mut table = Self { cells: vec![0; size.ok_or(LCS_TOO_LARGE)?], width };
        for (i, left) in a.iter().enumerate() {
            for (j, right) in b.iter().enumerate() {
                let longest = if left == right {
                    table.at(i, j) + 1
                } else {
                    table.at(i, j + 1).max(table.at(i + 1, j))
                };
                if let Some(cell) = table.cells.get_mut((i + 1) * width + j + 1) {
                    *cell = longest;
                }
            }
        }
        Ok(table)
    }

    fn at(&self, i: usize, j: usize) -> u32 {
        self.cells.get(i * self.width + j).copied().unwrap_or(0)
    }

    /// The subsequence, and the runs it is made of, the last one first.
    fn trace(&self, a: &[u8], b: &[u8]) -> (Vec<u8>, Vec<Range>) {
        let (mut i, mut j) = (a.len(), b.len());
        let mut common = Vec::new();
        let mut ranges: Vec<Range> = Vec::new();
        while i > 0 && j > 0 {
            if a[i - 1] == b[j - 1] {
                common.push(a[i - 1]);
                match ranges.last_mut() {
                    Some(range) if range.a == i && range.b == j => {
                        *range = Range { a: i - 1, b: j - 1, len: range.len + 1 };
                    }
                    _ => ranges.push(Range { a: i - 1, b: j - 1, len: 1 }),
                }
                i -= 1;
                j -= 1;
            } else if self.at(i - 1, j) > self.at(i, j - 1) {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        common.reverse();
        (common, ranges)
    }
}
