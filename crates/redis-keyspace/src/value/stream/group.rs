//! A consumer group: who reads, how far, and what has been given out but not acknowledged.

use std::sync::Arc;

use ordered::{ByteMap, IdMap, IdSet};

use super::StreamId;

/// Readers that share a stream.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The latest entry that was given to anyone.
    pub(crate) last_id: StreamId,
    /// Entries given out so far, when that is known.
    pub(crate) entries_read: Option<i64>,
    pending: IdMap<StreamId, Pending>,
    consumers: ByteMap<Consumer>,
}

/// An entry that was given to a consumer and not acknowledged. Each is in the list of the group and among
/// the ids of its consumer.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) consumer: Arc<[u8]>,
    /// Unix milliseconds; a script may set any.
    pub(crate) delivered_at_ms: u64,
    pub(crate) deliveries: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Consumer {
    name: Arc<[u8]>,
    pub(crate) seen_at_ms: u64,
    pub(crate) pending: IdSet<StreamId>,
}

impl Group {
    pub(crate) fn new(last_id: StreamId, entries_read: Option<i64>) -> Self {
        Self { last_id, entries_read, pending: IdMap::default(), consumers: ByteMap::default() }
    }

    pub(crate) fn pending(&self) -> &IdMap<StreamId, Pending> {
        &self.pending
    }

    /// By name.
    pub(crate) fn consumers(&self) -> &ByteMap<Consumer> {
        &self.consumers
    }

    /// Notes that a consumer is there, new or not. Answers whether it is new.
    pub(crate) fn see(&mut self, name: &[u8], now_ms: u64) -> bool {
        if let Some(consumer) = self.consumers.get_mut(name) {
            consumer.seen_at_ms = now_ms;
            return false;
        }
        let pending = IdSet::default();
        let consumer = Consumer { name: name.into(), seen_at_ms: now_ms, pending };
        self.consumers.insert(name, consumer);
        true
    }

    /// Gives an entry to a consumer that is there, whoever had it before.
    pub(crate) fn assign(&mut self, id: StreamId, name: &[u8], at_ms: u64, deliveries: u64) {
        let Some(consumer) = self.consumers.get_mut(name) else { return };
        consumer.pending.insert(id);
        let consumer = consumer.name.clone();
        let pending = Pending { consumer, delivered_at_ms: at_ms, deliveries };
        if let Some(before) = self.pending.insert(id, pending)
            && *before.consumer != *name
            && let Some(previous) = self.consumers.get_mut(&before.consumer)
        {
            previous.pending.remove(id);
        }
    }

    /// Forgets that an entry is pending; answers whether it was.
    pub(crate) fn acknowledge(&mut self, id: StreamId) -> bool {
        let Some(pending) = self.pending.remove(id) else { return false };
        if let Some(consumer) = self.consumers.get_mut(&pending.consumer) {
            consumer.pending.remove(id);
        }
        true
    }

    /// Removes a consumer and what is pending for it; answers how much that was.
    pub(crate) fn remove_consumer(&mut self, name: &[u8]) -> usize {
        let Some(consumer) = self.consumers.remove(name) else { return 0 };
        for id in consumer.pending.iter() {
            self.pending.remove(id);
        }
        consumer.pending.len()
    }
}
