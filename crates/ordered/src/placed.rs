//! A tree of places, and the values at these places.
//!
//! The tree and the slab hold the same number of things: each place in the tree is one of an occupied slot,
//! and no slot has two. What only touches the tree stands in functions that know nothing of the values.

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

/// What a tree has for keys. None of these functions is generic, so that there is one of each.
pub(crate) trait Key: Sized {
    /// What one looks for a key by.
    type Asked: ?Sized;

    fn find(places: &Places<Self>, key: &Self::Asked) -> Option<u32>;
    /// Gives back the place that the key had.
    fn put(places: &mut Places<Self>, key: Self, place: u32) -> Option<u32>;
    fn take(places: &mut Places<Self>, key: &Self::Asked) -> Option<(Self, u32)>;
    fn keep(places: &mut Places<Self>, is_kept: &mut dyn FnMut(u32) -> bool);
}

macro_rules! keys {
    ($($key:ty, asked for by $asked:ty;)*) => {$(
        impl Key for $key {
            type Asked = $asked;

            #[inline(never)]
            fn find(places: &Places<Self>, key: &$asked) -> Option<u32> {
                places.get(key).copied()
            }

            #[inline(never)]
            fn put(places: &mut Places<Self>, key: Self, place: u32) -> Option<u32> {
                places.insert(key, place)
            }

            #[inline(never)]
            fn take(places: &mut Places<Self>, key: &$asked) -> Option<(Self, u32)> {
                places.remove_entry(key)
            }

            #[inline(never)]
            fn keep(places: &mut Places<Self>, is_kept: &mut dyn FnMut(u32) -> bool) {
                places.retain(|_, place| is_kept(*place));
            }
        }
    )*};
}

keys! {
    Box<[u8]>, asked for by [u8];
    u128, asked for by u128;
}

impl<K: Key, V> Placed<K, V> {
    pub(crate) fn get(&self, key: &K::Asked) -> Option<&V> {
        self.values.get(K::find(&self.places, key)? as usize)
    }

    pub(crate) fn get_mut(&mut self, key: &K::Asked) -> Option<&mut V> {
        self.values.get_mut(K::find(&self.places, key)? as usize)
    }

    /// Gives back the value that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let place = self.values.insert(value);
        let before = K::put(&mut self.places, key, place as u32)?;
        self.values.try_remove(before as usize)
    }

    pub(crate) fn remove(&mut self, key: &K::Asked) -> Option<(K, V)> {
        let (key, place) = K::take(&mut self.places, key)?;
        let value = self.values.try_remove(place as usize)?;
        self.give_back();
        Some((key, value))
    }

    /// Keeps the values that are wanted.
    pub(crate) fn retain(&mut self, mut is_wanted: impl FnMut(&V) -> bool) {
        self.values.retain(|_, value| is_wanted(value));
        let values = &self.values;
        K::keep(&mut self.places, &mut |place| values.contains(place as usize));
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
