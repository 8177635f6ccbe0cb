//! HyperLogLogs, which are strings.

use resp::Reply;

use crate::context::{Answer, Args, Context, truth};
use crate::keyspace::NEVER;
use crate::messages::*;
use crate::value::{HyperLogLog, NotOne, StringValue};

impl From<NotOne> for Failure {
    fn from(reason: NotOne) -> Self {
        match reason {
            NotOne::Header => HLL_NOT_ONE.into(),
            NotOne::Corrupt => HLL_CORRUPT.into(),
        }
    }
}

fn read(cx: &mut Context<'_>, key: &[u8]) -> Result<Option<HyperLogLog>, Failure> {
    match cx.string(key)? {
        None => Ok(None),
        Some(string) => Ok(Some(HyperLogLog::parse(&string.bytes())?)),
    }
}

fn write(cx: &mut Context<'_>, key: &[u8], log: &HyperLogLog) -> Result<(), Failure> {
    let bytes = log.to_bytes();
    match cx.string_mut(key)? {
        Some(string) => *string = StringValue::Changed(bytes),
        None => cx.set(key, StringValue::Changed(bytes), NEVER),
    }
    Ok(())
}

pub(super) fn pfadd(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    let size_max = cx.thresholds().hll_sparse_size_max;
    let existing = read(cx, key)?;
    let mut is_changed = existing.is_none();
    let mut log = existing.unwrap_or_else(HyperLogLog::new);
    for element in args.from(2) {
        is_changed |= log.add(element, size_max);
    }
    if is_changed {
        write(cx, key, &log)?;
    }
    Ok(truth(is_changed))
}

pub(super) fn pfcount(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    if let [key] = args.from(1) {
        let Some(mut log) = read(cx, key)? else { return Ok(Reply::Integer(0)) };
        if let Some(count) = log.known_cardinality() {
            return Ok(Reply::Integer(count as i64));
        }
        let count = log.count();
        write(cx, key, &log)?;
        return Ok(Reply::Integer(count as i64));
    }
    let mut log = HyperLogLog::new();
    for key in args.from(1) {
        if let Some(other) = read(cx, key)? {
            log.merge(&other, usize::MAX);
        }
    }
    Ok(Reply::Integer(log.count() as i64))
}

pub(super) fn pfmerge(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let key = args.at(1);
    let size_max = cx.thresholds().hll_sparse_size_max;
    let mut sources = Vec::new();
    for source in args.from(2) {
        sources.extend(read(cx, source)?);
    }
    let mut log = read(cx, key)?.unwrap_or_else(HyperLogLog::new);
    for source in &sources {
        log.merge(source, size_max);
    }
    log.forget_cardinality();
    write(cx, key, &log)?;
    Ok(Reply::OK)
}
