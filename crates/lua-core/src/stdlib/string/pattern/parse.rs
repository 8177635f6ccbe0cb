//! Pattern text to [`Op`]s.
//!
//! A pattern is a straight line of items without alternatives, so everything that C Lua works out while it matches is
//! known beforehand: where a bracket set ends, which capture a `)` closes, whether `%1` names a finished one. What is
//! wrong becomes [`Op::Fail`] at its place and is raised only when a match gets that far, as there.
//!
//! A NUL ends the pattern, wherever it stands.

use super::byte_set::{ByteSet, class};
use super::{
    After, CAPTURES_MAX, CaptureKind, Caret, First, FirstRun, Item, Op, Pattern, PatternError,
};

impl Pattern {
    /// Compiles `text`. Never fails: see the module.
    pub fn new(text: &[u8], caret: Caret) -> Self {
        let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
        let (anchored, text) = match text {
            [b'^', rest @ ..] if caret == Caret::Anchors => (true, rest),
            _ => (false, text),
        };
        let ops = Vec::with_capacity(text.len().min(16) + 1);
        let mut pattern = Self { ops, anchored, ..Self::default() };
        let mut parser = Parser { rest: text, pattern: &mut pattern, open: Vec::new() };
        let last = parser.items().err().map_or(Op::Done, Op::Fail);
        parser.push(last);
        let open = parser.open;
        for capture in open {
            if let Some(kind) = pattern.captures.get_mut(usize::from(capture)) {
                *kind = CaptureKind::Unfinished;
            }
        }
        pattern.look_ahead();
        pattern
    }

    /// Tells each repetition, and the search for a place to start, what must come next.
    fn look_ahead(&mut self) {
        for index in 0..self.ops.len() {
            let Some(Op::Greedy { item, .. } | Op::Lazy { item, .. }) = self.ops.get(index) else {
                continue;
            };
            let item = item.set(&self.sets);
            let first = self.first_bytes(index + 1);
            match self.ops.get_mut(index) {
                Some(Op::Greedy { after, .. }) => {
                    *after = match (first, item) {
                        (Some((set, _)), Some(item)) if item.is_disjoint(&set) => After::Settled,
                        (Some((set, false)), _) => set.only().map_or(After::Unknown, After::Byte),
                        _ => After::Unknown,
                    };
                }
                Some(Op::Lazy { after, .. }) => {
                    *after = match (first, item) {
                        (Some((set, false)), None) if let Some(byte) = set.only() => {
                            After::Byte(byte)
                        }
                        (Some((set, or_end)), _) => {
                            After::Set { set: add_set(&mut self.sets, set), or_end }
                        }
                        (None, _) => After::Unknown,
                    };
                }
                _ => {}
            }
        }
        self.start = match self.first_bytes(0) {
            Some((set, or_end)) => match set.only() {
                Some(byte) if !or_end => First::Byte(byte),
                _ => First::Set { set: add_set(&mut self.sets, set), or_end },
            },
            None => First::Unknown,
        };
        let first = self.ops.iter().find(|op| !matches!(op, Op::Open { .. } | Op::Position { .. }));
        let or_none = !matches!(first, Some(Op::Greedy { least: 1, .. }));
        self.first_run = match first {
            // A back reference may depend on where the run began.
            _ if self.ops.iter().any(|op| matches!(op, Op::BackReference { .. })) => None,
            Some(&(Op::Greedy { item, .. } | Op::Lazy { item, .. })) => {
                Some(FirstRun { item, or_none })
            }
            _ => None,
        };
    }

    /// The bytes that can stand where the op at `index` begins, and whether the subject may end there instead. `None` when it
    /// can be anything, and when going on from there might raise.
    fn first_bytes(&self, index: usize) -> Option<(ByteSet, bool)> {
        let mut bytes = ByteSet::EMPTY;
        for op in self.ops.iter().skip(index).take(LOOK_AHEAD_MAX) {
            match op {
                Op::Open { .. } | Op::Close { .. } | Op::Position { .. } => {}
                Op::Byte(byte) | Op::Balance { open: byte, .. } => {
                    bytes.insert(*byte);
                    return Some((bytes, false));
                }
                Op::Literal { start, .. } => {
                    bytes.insert(*self.literals.get(*start as usize)?);
                    return Some((bytes, false));
                }
                Op::One(item) | Op::Greedy { item, least: 1, .. } => {
                    bytes.insert_all(&item.set(&self.sets)?);
                    return Some((bytes, false));
                }
                Op::Optional(item) | Op::Greedy { item, .. } | Op::Lazy { item, .. } => {
                    bytes.insert_all(&item.set(&self.sets)?);
                }
                Op::AtEnd => return Some((bytes, true)),
                Op::BackReference { .. }
                | Op::Frontier { .. }
                | Op::Never
                | Op::Done
                | Op::Fail(_) => return None,
            }
        }
        None
    }
}

/// Ops that are looked at to find out what can come next. Beyond, a long row of optional items would make compiling
/// take the square of its length.
const LOOK_AHEAD_MAX: usize = 8;

/// The index of `set` in `sets`, where it may stand already.
fn add_set(sets: &mut Vec<ByteSet>, set: ByteSet) -> u32 {
    if let Some(index) = sets.iter().rev().take(4).position(|&known| known == set) {
        return (sets.len() - 1 - index) as u32;
    }
    sets.push(set);
    sets.len() as u32 - 1
}

struct Parser<'a> {
    rest: &'a [u8],
    pattern: &'a mut Pattern,
    /// The captures that are open here, innermost last.
    open: Vec<u8>,
}

impl Parser<'_> {
    fn items(&mut self) -> Result<(), PatternError> {
        loop {
            match *self.rest {
                [] => return Ok(()),
                [b'(', b')', ..] => {
                    let index = self.new_capture(CaptureKind::Position)?;
                    self.push(Op::Position { index });
                    self.skip(2);
                }
                [b'(', ..] => {
                    let index = self.new_capture(CaptureKind::Text)?;
                    self.open.push(index);
                    self.push(Op::Open { index });
                    self.skip(1);
                }
                [b')', ..] => {
                    let index = self.open.pop().ok_or(PatternError::CloseWithoutOpen)?;
                    self.push(Op::Close { index });
                    self.skip(1);
                }
                [b'%', b'b', open, close, ..] => {
                    self.push(Op::Balance { open, close });
                    self.skip(4);
                }
                [b'%', b'b', ..] => return Err(PatternError::Unbalanced),
                [b'%', b'f', b'[', ..] => {
                    self.skip(2);
                    let set = self.bracket_set()?;
                    self.push(Op::Frontier { set });
                }
                [b'%', b'f', ..] => return Err(PatternError::FrontierWithoutSet),
                [b'%', digit @ b'0'..=b'9', ..] => {
                    let op = self.back_reference(digit)?;
                    self.push(op);
                    self.skip(2);
                }
                [b'$'] => {
                    self.push(Op::AtEnd);
                    self.skip(1);
                }
                _ => {
                    let item = self.item()?;
                    self.push_repeated(item);
                }
            }
        }
    }

    fn new_capture(&mut self, kind: CaptureKind) -> Result<u8, PatternError> {
        let index = self.pattern.captures.len();
        if index >= CAPTURES_MAX {
            return Err(PatternError::TooManyCaptures);
        }
        self.pattern.captures.push(kind);
        Ok(index as u8)
    }

    fn back_reference(&self, digit: u8) -> Result<Op, PatternError> {
        let index = digit.checked_sub(b'1').ok_or(PatternError::CaptureIndex)?;
        match self.pattern.captures.get(usize::from(index)) {
            None => Err(PatternError::CaptureIndex),
            Some(_) if self.open.contains(&index) => Err(PatternError::CaptureIndex),
            // C Lua compares the length that marks a position capture, which is larger than any subject.
            Some(CaptureKind::Position) => Ok(Op::Never),
            Some(_) => Ok(Op::BackReference { index }),
        }
    }

    /// One item that matches a single byte, without its repetition.
    fn item(&mut self) -> Result<Item, PatternError> {
        match *self.rest {
            [b'[', ..] => Ok(Item::Set(self.bracket_set()?)),
            [b'%', letter, ..] => {
                self.skip(2);
                Ok(match class(letter) {
                    Some(set) => Item::Set(self.new_set(set)),
                    None => Item::Byte(letter),
                })
            }
            [b'%'] | [] => Err(PatternError::EndsWithEscape),
            [b'.', ..] => {
                self.skip(1);
                Ok(Item::Any)
            }
            [byte, ..] => {
                self.skip(1);
                Ok(Item::Byte(byte))
            }
        }
    }

    /// The set at `self.rest`, which begins with `[`.
    ///
    /// C Lua reads a set twice, and the two readings differ: the search for its end takes a `%` as an escape wherever it
    /// stands and the first byte as a member whatever it is; the members are then read with ranges first, so that
    /// `[a-%]]` ends at the second bracket, yet holds the range from `a` to `%` and a bracket.
    fn bracket_set(&mut self) -> Result<u32, PatternError> {
        let negated = self.rest.get(1) == Some(&b'^');
        let start = if negated { 2 } else { 1 };
        let end = Self::bracket_end(self.rest, start).ok_or(PatternError::MissingBracket)?;
        let set = Self::members(self.rest.get(start..end).unwrap_or_default());
        self.skip(end + 1);
        Ok(self.new_set(if negated { set.complement() } else { set }))
    }

    /// The index of the `]` that ends the set whose members begin at `start`.
    fn bracket_end(text: &[u8], start: usize) -> Option<usize> {
        let mut at = start;
        loop {
            match text.get(at)? {
                b']' if at > start => return Some(at),
                b'%' => at += 2,
                _ => at += 1,
            }
        }
    }

    fn members(text: &[u8]) -> ByteSet {
        let mut set = ByteSet::EMPTY;
        let mut rest = text;
        loop {
            rest = match *rest {
                [] => return set,
                // The last `%` can be the end of a range and look like an escape of the closing bracket too.
                [b'%'] => {
                    set.insert(b']');
                    &[]
                }
                [b'%', letter, ref rest @ ..] => {
                    match class(letter) {
                        Some(class) => set.insert_all(&class),
                        None => set.insert(letter),
                    }
                    rest
                }
                [low, b'-', high, ref rest @ ..] => {
                    set.insert_range(low, high);
                    rest
                }
                [byte, ref rest @ ..] => {
                    set.insert(byte);
                    rest
                }
            };
        }
    }

    fn new_set(&mut self, set: ByteSet) -> u32 {
        add_set(&mut self.pattern.sets, set)
    }

    fn push_repeated(&mut self, item: Item) {
        let op = match self.rest {
            [b'?', ..] => Op::Optional(item),
            [b'*', ..] => Op::Greedy { item, least: 0, after: After::Unknown },
            [b'+', ..] => Op::Greedy { item, least: 1, after: After::Unknown },
            [b'-', ..] => Op::Lazy { item, after: After::Unknown },
            _ => {
                match item {
                    Item::Byte(byte) => self.push_byte(byte),
                    _ => self.push(Op::One(item)),
                }
                return;
            }
        };
        self.push(op);
        self.skip(1);
    }

    /// Bytes that stand for themselves are gathered into one op.
    fn push_byte(&mut self, byte: u8) {
        let Pattern { ops, literals, .. } = &mut *self.pattern;
        match ops.last_mut() {
            Some(op @ Op::Byte(_)) => {
                let Op::Byte(before) = *op else { return };
                *op = Op::Literal { start: literals.len() as u32, len: 2 };
                literals.extend([before, byte]);
            }
            Some(Op::Literal { len, .. }) => {
                *len += 1;
                literals.push(byte);
            }
            _ => ops.push(Op::Byte(byte)),
        }
    }

    fn push(&mut self, op: Op) {
        self.pattern.ops.push(op);
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }
}
