//! `DUMP` and `RESTORE`.

use resp::Reply;

use crate::context::{Answer, Args, Context};
use crate::dump::{self, Refusal};
use crate::keyspace::{NEVER, Object};
use crate::messages::*;

pub(super) fn dump(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    Ok(cx.value(args.at(1)).map_or(Reply::Nil, |value| Reply::Bulk(dump::dump(value))))
}

/// The options behind the bytes of `RESTORE`.
#[derive(Default)]
struct Options {
    replace: bool,
    is_absolute: bool,
    idle: Option<i64>,
    frequency: Option<i64>,
}

impl Options {
    fn parse(args: Args<'_>) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut index = 4;
        while index < args.len() {
            let has_value = index + 1 < args.len();
            if args.is(index, "replace") {
                options.replace = true;
            } else if args.is(index, "absttl") {
                options.is_absolute = true;
            } else if args.is(index, "idletime") && has_value && options.frequency.is_none() {
                index += 1;
                let idle = args.integer(index)?;
                if idle < 0 {
                    return Err(RESTORE_IDLETIME.into());
                }
                options.idle = Some(idle);
            } else if args.is(index, "freq") && has_value && options.idle.is_none() {
                index += 1;
                let frequency = args.integer(index)?;
                if !(0..=255).contains(&frequency) {
                    return Err(RESTORE_FREQ.into());
                }
                options.frequency = Some(frequency);
            } else {
                return Err(SYNTAX.into());
            }
            index += 1;
        }
        Ok(options)
    }
}

pub(super) fn restore(cx: &mut Context<'_>, args: Args<'_>) -> Answer {
    let options = Options::parse(args)?;
    let key = args.at(1);
    if !options.replace && cx.exists(key) {
        return Err(RESTORE_BUSYKEY.into());
    }
    let ttl = u64::try_from(args.integer(2)?).map_err(|_| RESTORE_TTL)?;
    let thresholds = cx.thresholds();
    let value =
        dump::restore(args.at(3), cx.hasher(), &thresholds).map_err(|refusal| match refusal {
            Refusal::Footer => RESTORE_FOOTER,
            Refusal::Content => RESTORE_CONTENT,
        })?;
    let expires_at_ms = match (ttl, options.is_absolute) {
        (0, _) => NEVER,
        (ttl, true) => ttl,
        (ttl, false) => ttl.saturating_add(cx.now_ms),
    };
    cx.remove(key);
    if expires_at_ms > cx.now_ms {
        let db = cx.session.db;
        let slot = cx.keyspace.insert(db, key, Object::new(value, expires_at_ms));
        if let Some(idle_s) = options.idle {
            cx.keyspace.set_idle(db, slot, u32::try_from(idle_s).unwrap_or(u32::MAX));
        }
    }
    Ok(Reply::OK)
}
