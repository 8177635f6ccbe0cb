//! The names and strings of one chunk, each kept once.
//!
//! Looked up through an ordered map: a source chosen by an enemy cannot make it slow, and nothing random
//! is needed.

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
}

impl Symbols {
    /// The symbol of `text`, a new one when it has not been seen.
    pub(crate) fn intern(&mut self, text: &[u8]) -> Symbol {
        if let Some(&symbol) = self.by_text.get(text) {
            return symbol;
        }
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
