//! A list: a double-ended queue of byte strings that knows how many bytes they are.

use std::collections::VecDeque;
use std::ops::Deref;

/// Elements from left to right. It reads like a [`VecDeque`]; what changes it is here, and keeps count.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    elements: VecDeque<Box<[u8]>>,
    /// Bytes of all elements together.
    size: usize,
}

impl List {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Bytes of all elements together.
    pub(crate) fn content_size(&self) -> usize {
        self.size
    }

    pub(crate) fn push_front(&mut self, element: Box<[u8]>) {
        self.size += element.len();
        self.elements.push_front(element);
    }

    pub(crate) fn push_back(&mut self, element: Box<[u8]>) {
        self.size += element.len();
        self.elements.push_back(element);
    }

    pub(crate) fn pop_front(&mut self) -> Option<Box<[u8]>> {
        let element = self.elements.pop_front()?;
        self.size -= element.len();
        Some(element)
    }

    pub(crate) fn pop_back(&mut self) -> Option<Box<[u8]>> {
        let element = self.elements.pop_back()?;
        self.size -= element.len();
        Some(element)
    }

    /// Puts an element at a place that is there, or right behind the last.
    pub(crate) fn insert(&mut self, at: usize, element: Box<[u8]>) {
        self.size += element.len();
        self.elements.insert(at, element);
    }

    /// Replaces the element at a place; nothing happens when there is none.
    pub(crate) fn set(&mut self, at: usize, element: Box<[u8]>) {
        if let Some(old) = self.elements.get_mut(at) {
            self.size = self.size - old.len() + element.len();
            *old = element;
        }
    }

    /// Keeps the elements for which `keep` holds.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&[u8]) -> bool) {
        let size = &mut self.size;
        self.elements.retain(|element| {
            let stays = keep(element);
            if !stays {
                *size -= element.len();
            }
            stays
        });
    }

    /// Keeps the elements in this range, which must lie within the list.
    pub(crate) fn keep(&mut self, kept: std::ops::Range<usize>) {
        let behind = self.elements.drain(kept.end..).map(|element| element.len()).sum::<usize>();
        let before = self.elements.drain(..kept.start.min(kept.end));
        self.size -= behind + before.map(|element| element.len()).sum::<usize>();
    }
}

impl Deref for List {
    type Target = VecDeque<Box<[u8]>>;

    fn deref(&self) -> &Self::Target {
        &self.elements
    }
}

impl Extend<Box<[u8]>> for List {
    fn extend<I: IntoIterator<Item = Box<[u8]>>>(&mut self, elements: I) {
        elements.into_iter().for_each(|element| self.push_back(element));
    }
}

impl FromIterator<Box<[u8]>> for List {
    fn from_iter<I: IntoIterator<Item = Box<[u8]>>>(elements: I) -> Self {
        let mut list = Self::new();
        list.extend(elements);
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever changes the list, it knows its size.
        #[test]
        fn size_is_that_of_the_elements(
            steps in proptest::collection::vec((0_u8..8, 0_usize..20, 0_usize..9), 0..80),
        ) {
            let mut list = List::new();
            for (kind, at, size) in steps {
                let element: Box<[u8]> = vec![b'x'; size].into();
                match kind {
                    0 | 1 => list.push_front(element),
                    2 | 3 => list.push_back(element),
                    4 => drop(list.pop_front()),
                    5 => drop((list.pop_back(), list.set(at, element))),
                    6 => list.insert(at.min(list.len()), element),
                    _ if size > 4 => list.retain(|other| other.len() != size),
                    _ => {
                        let end = at.min(list.len());
                        list.keep(size.min(end)..end);
                    }
                }
                prop_assert_eq!(list.content_size(), list.iter().map(|e| e.len()).sum::<usize>());
            }
        }
    }
}
