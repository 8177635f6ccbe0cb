//! A tree of places, and the values at these places.
//!
//! The tree and the slab hold the same number of things: each place in the tree is one of an occupied slot,
//! and no slot has two. What only touches the tree stands in functions that know nothing of the values.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use slab::Slab;

/// A tree from keys to places.
pub(crate) type Places<K> = BTreeMap<K, u32>;

/// Values in the order of their keys.
#[derive(Clone, Debug)]
pub(crate) struct Placed<K, V> {
    pub(crate) places: Places<K>,
    pub(crate) values: Slab<V>,
}

impl<K, V> Default for Placed<K, V> {
    fn default() -> Self {
        Self { places: Places::new(), values: Slab::new() }
    }
}

impl<K: Ord, V> Placed<K, V> {
    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(find(&self.places, key)? as usize)
    }

    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.values.get_mut(find(&self.places, key)? as usize)
    }

    /// Gives back the value that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let place = self.values.insert(value);
        let before = put(&mut self.places, key, place as u32)?;
        self.values.try_remove(before as usize)
    }

    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        let (key, place) = take(&mut self.places, key)?;
        let value = self.values.try_remove(place as usize)?;
        self.give_back();
        Some((key, value))
    }

    /// Keeps the values that are wanted.
    pub(crate) fn retain(&mut self, mut is_wanted: impl FnMut(&V) -> bool) {
        self.values.retain(|_, value| is_wanted(value));
        let values = &self.values;
        keep(&mut self.places, &mut |place| values.contains(place as usize));
        self.give_back();
    }

    /// An empty map holds no memory, however many entries it has had.
    fn give_back(&mut self) {
        if self.values.is_empty() {
            self.values = Slab::new();
        }
    }

    /// The value at a place of the tree, which is there (see above).
    pub(crate) fn at(&self, place: u32) -> &V {
        &self.values[place as usize]
    }
}

#[inline(never)]
fn find<K: Ord + Borrow<Q>, Q: Ord + ?Sized>(places: &Places<K>, key: &Q) -> Option<u32> {
    places.get(key).copied()
}

#[inline(never)]
pub(crate) fn put<K: Ord>(places: &mut Places<K>, key: K, place: u32) -> Option<u32> {
    places.insert(key, place)
}

#[inline(never)]
pub(crate) fn take<K: Ord + Borrow<Q>, Q: Ord + ?Sized>(
    places: &mut Places<K>,
    key: &Q,
) -> Option<(K, u32)> {
    places.remove_entry(key)
}

#[inline(never)]
fn keep<K: Ord>(places: &mut Places<K>, is_kept: &mut dyn FnMut(u32) -> bool) {
    places.retain(|_, place| is_kept(*place));
}
