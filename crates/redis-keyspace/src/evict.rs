//! Keys that go when memory runs out (`maxmemory-policy`).
//!
//! As in Redis the key is not the best of all, but the best of a few that are drawn. How often a key is used is not
//! counted: policies that ask for it (`…-lfu`) take the key that nobody has used for longest, as `…-lru` do.

use resp::Reply;

use crate::context::Args;
use crate::dict::Slot;
use crate::keyspace::{Keyspace, NEVER};
use crate::limits::{EVICTION_SAMPLES, EVICTION_TRIES};
use crate::notice::{Happened, class};

impl Keyspace {
    /// Removes keys, as `maxmemory-policy` says, until no more than `used_max` bytes are [used](Self::used_bytes) or
    /// `count_max` keys are gone. Answers how many; 0 when the policy lets none go.
    pub fn evict(&mut self, used_max: usize, count_max: usize) -> usize {
        let policy = self.setting("maxmemory-policy").unwrap_or_default();
        let Some((keys, order)) = policy.split_once('-') else { return 0 };
        let (only_expiring, order) = (keys == "volatile", Order::parse(order));
        let mut removed = 0;
        while removed < count_max && self.used_bytes() > used_max {
            let Some((db, slot)) = self.victim(only_expiring, order) else { break };
            self.statistics.evicted_keys += 1;
            self.remove_as(db, slot, Happened::Said(class::EVICTED, "evicted"));
            removed += 1;
        }
        if removed > 0 {
            self.tell("", Args(&[]), true, &Reply::Nil);
        }
        removed
    }

    /// The key that goes next.
    fn victim(&mut self, only_expiring: bool, order: Order) -> Option<(usize, Slot)> {
        if order == Order::Expiry {
            let soonest = |db| Some((self.database(db)?.first_expiring()?, db));
            let ((_, slot), db) = (0..self.databases_len()).filter_map(soonest).min()?;
            return Some((db, slot));
        }
        let mut random = self.random;
        let found = (0..self.databases_len())
            .filter_map(|db| {
                let database = self.database(db)?;
                if only_expiring && database.expiring_len() == 0 {
                    return None;
                }
                let mut best: Option<(u32, Slot)> = None;
                let mut samples = 0;
                for _ in 0..EVICTION_TRIES {
                    let slot = database.keys.random(&mut random)?;
                    let object = database.keys.value(slot)?;
                    if only_expiring && object.expires_at_ms() == NEVER {
                        continue;
                    }
                    // The first that is drawn, unless idleness counts.
                    let idle_s = if order == Order::Idle { self.idle_s(object) } else { 0 };
                    if best.is_none_or(|(best, _)| idle_s > best) {
                        best = Some((idle_s, slot));
                    }
                    samples += 1;
                    if samples == EVICTION_SAMPLES {
                        break;
                    }
                }
                // Few keys expire and none was drawn: the one that goes soonest anyway.
                let best = best.or_else(|| database.first_expiring().map(|(_, slot)| (0, slot)));
                best.map(|(idle_s, slot)| (idle_s, db, slot))
            })
            .max_by_key(|(idle_s, ..)| *idle_s);
        self.random = random;
        found.map(|(_, db, slot)| (db, slot))
    }
}

/// Which key goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The one that expires soonest.
    Expiry,
    /// The one that nobody has used for longest.
    Idle,
    Random,
}

impl Order {
    fn parse(name: &str) -> Self {
        match name {
            "ttl" => Order::Expiry,
            "random" => Order::Random,
            _ => Order::Idle,
        }
    }
}
