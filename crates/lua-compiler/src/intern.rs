//! The names and strings of one chunk, each kept once.
//!
//! Looked up through an ordered map: a source chosen by an enemy cannot make it slow, and nothing random
//! is needed. In front of it stands a small table of the names seen last, which most lookups end at.

use std::collections::BTreeMap;
use std::rc::Rc;

/// A name or string of the chunk being compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Symbol(pub(crate) u32);

/// Every name and string of the chunk being compiled.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    by_text: BTreeMap<Rc<[u8]>, Symbol>,
    texts: Vec<Rc<[u8]>>,
    recent: Vec<Symbol>,
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
        let symbol = match self.by_text.get(text) {
            Some(&symbol) => symbol,
            None => self.add(text),
        };
        if self.recent.is_empty() {
            self.recent = vec![symbol; RECENT];
        }
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = symbol;
        }
        symbol
    }

    fn add(&mut self, text: &[u8]) -> Symbol {
        let symbol = Symbol(self.texts.len() as u32);
        let text: Rc<[u8]> = text.into();
        self.texts.push(Rc::clone(&text));
        self.by_text.insert(text, symbol);
        symbol
    }

    /// The bytes of `symbol`.
    pub(crate) fn text(&self, symbol: Symbol) -> &[u8] {
        self.texts.get(symbol.0 as usize).map_or(&[], |text| text)
    }
}

/// Where the table of names seen last may have a text; texts of names mostly differ at their ends.
fn recent_place(text: &[u8]) -> usize {
    let byte = |at: Option<&u8>| usize::from(at.copied().unwrap_or(0));
    let [first, middle, last] = [text.first(), text.get(text.len() / 2), text.last()].map(byte);
    (text.len() * 7 + first * 31 + middle * 5 + last) % RECENT
}
