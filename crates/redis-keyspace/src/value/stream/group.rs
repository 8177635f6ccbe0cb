//! A consumer group: who reads, how far, and what has been given out but not acknowledged.

use std::sync::Arc;

use ordered::{ByteMap, IdMap, IdSet};
use snapshot::{FormatError, Reader, Writer};

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

    pub(crate) fn save(&self, out: &mut Writer) {
        self.last_id.save(out);
        out.option(self.entries_read, Writer::signed);
        out.len(self.consumers.len());
        for (name, consumer) in self.consumers.iter() {
            out.bytes(name);
            out.number(consumer.seen_at_ms);
        }
        out.len(self.pending.len());
        for (id, pending) in self.pending.iter() {
            id.save(out);
            out.bytes(&pending.consumer);
            out.number(pending.delivered_at_ms);
            out.number(pending.deliveries);
        }
    }

    /// Reads what [`Self::save`] wrote, from bytes that may be anything.
    pub(crate) fn load(input: &mut Reader<'_>) -> Result<Self, FormatError> {
        let last_id = StreamId::load(input)?;
        let mut group = Self::new(last_id, input.option(Reader::signed)?);
        for _ in 0..input.count(2)? {
            let (name, seen_at_ms) = (input.bytes()?, input.number()?);
            input.check(group.see(name, seen_at_ms), "a consumer that is there twice")?;
        }
        let mut last = None;
        for _ in 0..input.count(5)? {
            let id = StreamId::load(input)?;
            input.check(last.is_none_or(|last| last < id), "pending entries out of order")?;
            last = Some(id);
            let (consumer, at_ms, deliveries) = (input.bytes()?, input.number()?, input.number()?);
            let is_known = group.consumers.contains_key(consumer);
            input.check(is_known, "a pending entry of nobody")?;
            group.assign(id, consumer, at_ms, deliveries);
        }
        Ok(group)
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
