//! The names and strings of one chunk, each kept once.
//!
//! Looked up in a binary trie, whose forks stand only where two texts differ. A text is found in at most as
//! many steps as it has bits, however a source chosen by an enemy looks, and nothing random is needed. In
//! front of it stands a small table of the names seen last, which most lookups end at.
//!
//! ```text
//!   "if" "in" "int"            fork at byte 1 ('f' < 'n')
//!                              ├─ 0: "if"
//!                              └─ 1: fork at byte 2 (is there one?)
//!                                    ├─ 0: "in"
//!                                    └─ 1: "int"
//! ```

/// A name or string of the chunk being compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Symbol(pub(crate) u32);

/// Every name and string of the chunk being compiled.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    texts: Vec<Box<[u8]>>,
    /// Where the trie begins; of no meaning while there is no text.
    root: Link,
    forks: Vec<Fork>,
    recent: Vec<Symbol>,
}

/// Two kinds of texts. Below a fork stand only forks at greater bits.
#[derive(Debug)]
struct Fork {
    bit: usize,
    /// Those without the bit, and those with it.
    sides: [Link; 2],
}

#[derive(Clone, Copy, Debug)]
enum Link {
    Fork(u32),
    Text(Symbol),
}

impl Default for Link {
    fn default() -> Self {
        Link::Text(Symbol(0))
    }
}

/// Places in the table of names seen last.
const RECENT: usize = 256;

impl Symbols {
    /// The symbol of `text`, a new one when it has not been seen.
    pub(crate) fn intern(&mut self, text: &[u8]) -> Symbol {
        let place = recent_place(text);
        if let Some(&symbol) = self.recent.get(place)
            && self.texts.get(symbol.0 as usize).is_some_and(|known| **known == *text)
        {
            return symbol;
        }
        let symbol = self.find_or_add(text);
        if self.recent.is_empty() {
            self.recent = vec![symbol; RECENT];
        }
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = symbol;
        }
        symbol
    }

    fn find_or_add(&mut self, text: &[u8]) -> Symbol {
        // The only text that it can be.
        let (link, _) = self.descend(text, usize::MAX);
        let Link::Text(symbol) = link else { return Symbol(0) };
        let new = Symbol(self.texts.len() as u32);
        match self.texts.get(symbol.0 as usize).map(|known| first_difference(known, text)) {
            Some(None) => return symbol,
            Some(Some(bit)) => self.fork(text, bit, new),
            None => {}
        }
        self.texts.push(text.into());
        new
    }

    /// Goes down where `text` belongs, past all forks before `bit`: what is there, and the last fork passed.
    fn descend(&self, text: &[u8], bit: usize) -> (Link, Option<(u32, usize)>) {
        let (mut link, mut passed) = (self.root, None);
        while let Link::Fork(index) = link
            && let Some(fork) = self.forks.get(index as usize)
            && fork.bit < bit
        {
            let side = has_bit(text, fork.bit);
            passed = Some((index, side));
            link = fork.sides[side];
        }
        (link, passed)
    }

    /// Enters a new text that differs at `bit` from those that it comes to stand beside.
    fn fork(&mut self, text: &[u8], bit: usize, new: Symbol) {
        let (beside, passed) = self.descend(text, bit);
        let mut sides = [Link::Text(new); 2];
        sides[1 - has_bit(text, bit)] = beside;
        let fork = Link::Fork(self.forks.len() as u32);
        self.forks.push(Fork { bit, sides });
        match passed.and_then(|(index, side)| Some((self.forks.get_mut(index as usize)?, side))) {
            Some((above, side)) => above.sides[side] = fork,
            None => self.root = fork,
        }
    }

    /// The bytes of `symbol`.
    pub(crate) fn text(&self, symbol: Symbol) -> &[u8] {
        self.texts.get(symbol.0 as usize).map_or(&[], |text| text)
    }
}

/// Bits of a text for each byte: whether it is there, and those that it has, the highest first.
const BITS: usize = 9;

/// 0 or 1: the bit of a text at a place; behind its end there are zeroes.
fn has_bit(text: &[u8], bit: usize) -> usize {
    let byte = text.get(bit / BITS).map_or(0, |&byte| 0x100 | usize::from(byte));
    byte >> (BITS - 1 - bit % BITS) & 1
}

/// The first bit in which two texts differ.
fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    if same == a.len() && same == b.len() {
        return None;
    }
    let start = same * BITS;
    (start..start + BITS).find(|&bit| has_bit(a, bit) != has_bit(b, bit))
}

/// Where the table of names seen last may have a text; texts of names mostly differ at their ends.
fn recent_place(text: &[u8]) -> usize {
    let byte = |at: Option<&u8>| usize::from(at.copied().unwrap_or(0));
    let [first, middle, last] = [text.first(), text.get(text.len() / 2), text.last()].map(byte);
    (text.len() * 7 + first * 31 + middle * 5 + last) % RECENT
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_text_has_one_symbol(
            texts in prop::collection::vec(prop::collection::vec(0..3u8, 0..6), 0..200),
        ) {
            let mut symbols = Symbols::default();
            let mut known: Vec<Vec<u8>> = Vec::new();
            for text in texts {
                let at = known.iter().position(|other| *other == text).unwrap_or_else(|| {
                    known.push(text.clone());
                    known.len() - 1
                });
                prop_assert_eq!(symbols.intern(&text), Symbol(at as u32));
                prop_assert_eq!(symbols.find_or_add(&text), Symbol(at as u32));
            }
            for (at, text) in known.iter().enumerate() {
                prop_assert_eq!(symbols.text(Symbol(at as u32)), text.as_slice());
            }
        }
    }
}
