//! The patterns that were compiled last.

use super::{Caret, Pattern};
use crate::stdlib::string::meter::{Meter, Stop};

/// Patterns that are kept; each has one place, found from a hash of its text.
const PLACES: usize = 16;
/// The longest text that takes one of those places. Longer ones share one more, so that the cache stays small.
const SHORT_MAX: usize = 64;
/// Bytes of pattern for one unit of fuel.
const BYTES_PER_UNIT: usize = 64;

/// Keeps compiled patterns by their text, so that a loop around `string.match` compiles once.
///
/// It holds nothing that a script could see and may be dropped at any time.
#[derive(Clone, Debug, Default)]
pub struct PatternCache {
    short: Vec<Option<Entry>>,
    long: Option<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    text: Box<[u8]>,
    caret: Caret,
    pattern: Pattern,
}

impl PatternCache {
    /// The compiled form of `text`. `hash` is any number that is always the same for the same text.
    ///
    /// # Fuel
    /// One unit per 64 bytes, whether the pattern was there or not: what a script has run before must not change its fuel.
    ///
    /// # Errors
    /// [`Stop`] when the meter says so.
    #[inline]
    pub fn get(
        &mut self,
        text: &[u8],
        hash: u32,
        caret: Caret,
        meter: &mut impl Meter,
    ) -> Result<&Pattern, Stop> {
        if text.len() >= BYTES_PER_UNIT {
            meter.charge((text.len() / BYTES_PER_UNIT) as u64)?;
        }
        let place = if text.len() > SHORT_MAX {
            &mut self.long
        } else {
            if self.short.is_empty() {
                self.short.resize(PLACES, None);
            }
            &mut self.short[hash as usize % PLACES]
        };
        let known =
            place.as_ref().is_some_and(|entry| entry.caret == caret && *entry.text == *text);
        if !known {
            *place = None;
        }
        Ok(&place.get_or_insert_with(|| Entry::new(text, caret)).pattern)
    }
}

impl Entry {
    #[cold]
    fn new(text: &[u8], caret: Caret) -> Self {
        Self { text: text.into(), caret, pattern: Pattern::new(text, caret) }
    }
}
