//! `table.sort`: the quicksort of PUC Lua 5.1, comparison for comparison.
//!
//! Scripts see which items the comparison function gets, in which order, and what an inconsistent one leaves
//! behind, so the order of comparisons is part of the language:
//!
//! ```text
//!   low                  middle                  high
//!    |  1. sort these three: high < low?  middle < low?  high < middle?
//!    |  2. the middle one is the pivot; it waits at high - 1
//!    |  3. up from low and down from high - 1, to items on the wrong side, which change places, until they pass
//!    |  4. the pivot goes between; the smaller part is sorted first, then the larger one
//! ```
//!
//! A comparison may have to call Lua, so the work between two comparisons is a step of a [`SortState`].

use smallvec::SmallVec;

use super::plain::PlainOrder;
use super::{ITEMS_PER_UNIT, check_list, get, set};
use crate::continuation::Continuation;
use crate::error::Failure;
use crate::handle::TableIndex;
use crate::heap::Heap;
use crate::native::{CallContext, Outcome, internal, type_name};
use crate::string::Strings;
use crate::value::Value;
use crate::vm::metamethod::Event;

type Native = Result<Outcome, Failure>;

/// A comparison whose answer is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// None: the next part begins.
    Start,
    /// high < low?
    Ends,
    /// middle < low?
    MiddleLow,
    /// high < middle?
    HighMiddle,
    /// up < pivot?
    Up,
    /// pivot < down?
    Down,
}

/// A sort in progress. The table and the comparison function lie in the arguments' slots, and the pivot in the
/// third one, where the collector sees it.
#[derive(Debug)]
pub struct SortState {
    question: Question,
    /// The part that is being sorted, as positions.
    low: i32,
    high: i32,
    up: i32,
    down: i32,
    /// Larger parts that wait. Each is at least as long as all above it together, so there are few.
    waiting: SmallVec<[(i32, i32); 4]>,
    /// The comparison function, when it may be run without being called.
    plain: Option<PlainOrder>,
    /// How often it had to be called nevertheless.
    plain_failures: u8,
}

/// Calls of a plain function that could not be avoided, before nobody tries to any more.
const PLAIN_FAILURES_MAX: u8 = 16;

/// The order of two values.
enum Order {
    Answer(bool),
    /// The truth of `function(a, b)`.
    Ask(Value),
}

/// What the algorithm does its work on.
trait Items {
    fn get(&self, position: i32) -> Value;
    fn set(&mut self, position: i32, value: Value) -> Result<(), Failure>;
    fn pivot(&self) -> Value;
    fn set_pivot(&mut self, value: Value);
    /// `a < b`, or `None` when somebody else must say.
    fn less(&mut self, a: Value, b: Value) -> Result<Option<bool>, Failure>;
    /// Pays for looking at so many items.
    fn charge(&mut self, count: i32) -> Result<(), Failure>;
}

/// What the work has come to.
enum Turn {
    Sorted,
    /// `a < b`?
    Ask(Value, Value),
    /// "invalid order function for sorting"
    Invalid,
}

impl SortState {
    fn new(len: i32) -> Self {
        Self {
            question: Question::Start,
            low: 1,
            high: len,
            up: 0,
            down: 0,
            waiting: SmallVec::new(),
            plain: None,
            plain_failures: 0,
        }
    }

    fn middle(&self) -> i32 {
        // Never negative, so this rounds as C does.
        i32::midpoint(self.low, self.high)
    }

    /// Works until an answer is missing. `answer` is that to the last question.
    #[inline(always)]
    fn advance(&mut self, items: &mut impl Items, answer: Option<bool>) -> Result<Turn, Failure> {
        let mut answer = answer;
        // The answer to a question: the one that was waited for, or one that needs no waiting.
        macro_rules! less {
            ($question:ident, $a:expr, $b:expr) => {
                match answer.take() {
                    Some(answer) => answer,
                    None => {
                        let (a, b) = ($a, $b);
                        match items.less(a, b)? {
                            Some(answer) => answer,
                            None => {
                                self.question = Question::$question;
                                return Ok(Turn::Ask(a, b));
                            }
                        }
                    }
                }
            };
        }
        loop {
            let (low, high) = (self.low, self.high);
            match self.question {
                Question::Start => {
                    if low >= high {
                        match self.waiting.pop() {
                            Some(part) => (self.low, self.high) = part,
                            None => return Ok(Turn::Sorted),
                        }
                        continue;
                    }
                    items.charge(high - low)?;
                    self.question = Question::Ends;
                }
                Question::Ends => {
                    if less!(Ends, items.get(high), items.get(low)) {
                        swap(items, low, high)?;
                    }
                    self.question = Question::MiddleLow;
                    if high - low == 1 {
                        self.finish_part();
                    }
                }
                Question::MiddleLow => {
                    let middle = self.middle();
                    if less!(MiddleLow, items.get(middle), items.get(low)) {
                        swap(items, middle, low)?;
                        self.choose_pivot(items)?;
                    } else {
                        self.question = Question::HighMiddle;
                    }
                }
                Question::HighMiddle => {
                    let middle = self.middle();
                    if less!(HighMiddle, items.get(high), items.get(middle)) {
                        swap(items, middle, high)?;
                    }
                    self.choose_pivot(items)?;
                }
                Question::Up => {
                    let pivot = items.pivot();
                    while less!(Up, items.get(self.up), pivot) {
                        if self.up > high {
                            return Ok(Turn::Invalid);
                        }
                        self.up += 1;
                    }
                    self.question = Question::Down;
                    self.down -= 1;
                }
                Question::Down => {
                    let pivot = items.pivot();
                    while less!(Down, pivot, items.get(self.down)) {
                        if self.down < low {
                            return Ok(Turn::Invalid);
                        }
                        self.down -= 1;
                    }
                    if self.down < self.up {
                        self.split(items)?;
                    } else {
                        swap(items, self.up, self.down)?;
                        self.question = Question::Up;
                        self.up += 1;
                    }
                }
            }
        }
    }

    fn finish_part(&mut self) {
        self.question = Question::Start;
        self.low = self.high;
    }

    /// The first three items are in order: sets off from both ends, unless there are no others.
    #[inline(always)]
    fn choose_pivot(&mut self, items: &mut impl Items) -> Result<(), Failure> {
        if self.high - self.low == 2 {
            self.finish_part();
            return Ok(());
        }
        let middle = self.middle();
        let pivot = items.get(middle);
        items.set_pivot(pivot);
        swap(items, middle, self.high - 1)?;
        self.question = Question::Up;
        self.up = self.low + 1;
        self.down = self.high - 1;
        Ok(())
    }

    /// Puts the pivot between the two parts and goes on with the smaller one.
    #[inline(always)]
    fn split(&mut self, items: &mut impl Items) -> Result<(), Failure> {
        let (low, high, at) = (self.low, self.high, self.up);
        swap(items, high - 1, at)?;
        let (left, right) = ((low, at - 1), (at + 1, high));
        let (smaller, larger) = if at - low < high - at { (left, right) } else { (right, left) };
        self.waiting.push(larger);
        (self.low, self.high) = smaller;
        self.question = Question::Start;
        Ok(())
    }
}

#[inline(always)]
fn swap(items: &mut impl Items, a: i32, b: i32) -> Result<(), Failure> {
    let (first, second) = (items.get(a), items.get(b));
    items.set(a, second)?;
    items.set(b, first)
}

// ---- values that compare without a call ----------------------------------------------------------

/// The array part of a table while no script can run.
struct ArrayItems<'a> {
    values: &'a mut [Value],
    strings: &'a Strings,
    pivot: Value,
    /// Units of fuel that the run still has: see [`Heap::fuel`].
    heap_fuel: FuelMeter<'a>,
}

use crate::stdlib::string::meter::Meter;
use crate::stdlib::string::search::FuelMeter;

impl Items for ArrayItems<'_> {
    #[inline(always)]
    fn get(&self, position: i32) -> Value {
        self.values.get((position as usize).wrapping_sub(1)).copied().unwrap_or(Value::NIL)
    }

    #[inline(always)]
    fn set(&mut self, position: i32, value: Value) -> Result<(), Failure> {
        if let Some(slot) = self.values.get_mut((position as usize).wrapping_sub(1)) {
            *slot = value;
        }
        Ok(())
    }

    #[inline(always)]
    fn pivot(&self) -> Value {
        self.pivot
    }

    #[inline(always)]
    fn set_pivot(&mut self, value: Value) {
        self.pivot = value;
    }

    #[inline(always)]
    fn less(&mut self, a: Value, b: Value) -> Result<Option<bool>, Failure> {
        if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
            return Ok(Some(a < b));
        }
        let (Some(a), Some(b)) = (a.as_string(), b.as_string()) else { return Ok(None) };
        let (a, b) = (self.strings.bytes(a), self.strings.bytes(b));
        let shorter = a.len().min(b.len());
        if shorter >= 64 {
            charge(&mut self.heap_fuel, shorter as u64 / 64)?;
        }
        Ok(Some(a < b))
    }

    fn charge(&mut self, count: i32) -> Result<(), Failure> {
        charge(&mut self.heap_fuel, count as u64 / ITEMS_PER_UNIT as u64 + 1)
    }
}

fn charge(meter: &mut FuelMeter<'_>, units: u64) -> Result<(), Failure> {
    // Why it stops is found out by who has the heap.
    meter.charge(units).map_err(|_| Failure::Ended(crate::error::Ending::Fuel))
}

// ---- values that may need a call -----------------------------------------------------------------

/// A table whose items a script may compare.
struct TableItems<'a, 'c> {
    cx: &'a mut CallContext<'c>,
    table: TableIndex,
    /// Nil, or the comparison function: then nothing is compared here.
    function: Value,
    /// The same, when it may be run without being called.
    plain: Option<&'a PlainOrder>,
    /// What must be called for the question at hand.
    ask: Value,
}

impl TableItems<'_, '_> {
    /// The answer of a comparison function that only reads.
    #[inline(always)]
    fn ask_plain(&mut self, a: Value, b: Value) -> Option<bool> {
        let plain = self.plain?;
        // It costs what the call would. When the fuel of the step is used up, the call stops the machine.
        let fuel = self.cx.heap.fuel - 1;
        if fuel <= 0 {
            return None;
        }
        let answer = plain.ask(self.cx.heap, self.cx.co, a, b)?;
        self.cx.heap.fuel = fuel;
        Some(answer)
    }
}

impl Items for TableItems<'_, '_> {
    #[inline]
    fn get(&self, position: i32) -> Value {
        get(self.cx, self.table, position)
    }

    #[inline(never)]
    fn set(&mut self, position: i32, value: Value) -> Result<(), Failure> {
        set(self.cx, self.table, position, value)
    }

    #[inline(always)]
    fn pivot(&self) -> Value {
        self.cx.arg(3)
    }

    #[inline(always)]
    fn set_pivot(&mut self, value: Value) {
        self.cx.set_arg(3, value);
    }

    // Five places ask, and the question is longer than the call.
    #[inline(never)]
    fn less(&mut self, a: Value, b: Value) -> Result<Option<bool>, Failure> {
        if !self.function.is_nil() {
            self.ask = self.function;
            return Ok(self.ask_plain(a, b));
        }
        match order(self.cx, a, b)? {
            Order::Answer(answer) => Ok(Some(answer)),
            Order::Ask(function) => {
                self.ask = function;
                Ok(None)
            }
        }
    }

    fn charge(&mut self, count: i32) -> Result<(), Failure> {
        self.cx.charge(count as u64 / ITEMS_PER_UNIT as u64 + 1)
    }
}

/// `a < b` as the operator has it.
fn order(cx: &mut CallContext<'_>, a: Value, b: Value) -> Result<Order, Failure> {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return Ok(Order::Answer(a < b));
    }
    if a.is_string() && b.is_string() {
        let (x, y) = (cx.bytes(a), cx.bytes(b));
        let (less, shorter) = (x < y, x.len().min(y.len()));
        cx.charge(shorter as u64 / 64)?;
        return Ok(Order::Answer(less));
    }
    if a.type_of() == b.type_of() {
        let first = cx.heap.metamethod(a, Event::Lt);
        if !first.is_nil() && first.raw_equal(cx.heap.metamethod(b, Event::Lt)) {
            return Ok(Order::Ask(first));
        }
    }
    let (first, second) = (type_name(a), type_name(b));
    let text = if first == second {
        format!("attempt to compare two {first} values")
    } else {
        format!("attempt to compare {first} with {second}")
    };
    Err(cx.raise_text(text.as_bytes()))
}

// ---- the native ----------------------------------------------------------------------------------

pub(super) fn sort(cx: &mut CallContext<'_>) -> Native {
    let (table, len) = check_list(cx)?;
    if !cx.arg_is_none_or_nil(2) {
        cx.check_function(2)?;
    }
    cx.set_arg_count(3)?;
    let mut state = SortState::new(len);
    let function = cx.arg(2);
    if !function.is_nil() {
        state.plain = PlainOrder::new(cx.heap, function);
        return go_on(cx, Box::new(state), None);
    }
    match sort_array(cx, table, &mut state)? {
        ArrayTurn::Sorted => cx.return0(),
        ArrayTurn::Invalid => Err(cx.error("invalid order function for sorting")),
        ArrayTurn::Unknown => go_on(cx, Box::new(state), None),
    }
}

enum ArrayTurn {
    Sorted,
    Invalid,
    /// A comparison needs more than two numbers or two strings.
    Unknown,
}

/// Sorts as far as values compare by themselves, if the table can be worked on directly.
fn sort_array(
    cx: &mut CallContext<'_>,
    table: TableIndex,
    state: &mut SortState,
) -> Result<ArrayTurn, Failure> {
    // A table that cannot be written to raises at the first write, as it would for any other writer.
    if cx.heap.tables[table].is_slow_write() && cx.heap.before_write(table).is_err() {
        return Ok(ArrayTurn::Unknown);
    }
    let pivot = cx.arg(3);
    let Heap { tables, strings, fuel, fuel_floor, kill, .. } = &mut *cx.heap;
    let items = &mut tables[table];
    if items.is_slow_write() || items.array.len() < state.high as usize {
        return Ok(ArrayTurn::Unknown);
    }
    let mut items = ArrayItems {
        values: &mut items.array,
        strings,
        pivot,
        heap_fuel: FuelMeter { fuel, floor: *fuel_floor, kill },
    };
    let turn = state.advance(&mut items, None);
    let pivot = items.pivot;
    cx.set_arg(3, pivot);
    match turn {
        Ok(Turn::Sorted) => Ok(ArrayTurn::Sorted),
        Ok(Turn::Invalid) => Ok(ArrayTurn::Invalid),
        Ok(Turn::Ask(..)) => Ok(ArrayTurn::Unknown),
        Err(failure) => {
            cx.heap.check_ended()?;
            Err(failure)
        }
    }
}

/// The comparison function or `__lt` has returned.
pub(crate) fn sort_step(cx: &mut CallContext<'_>, state: Box<SortState>) -> Native {
    let mut state = state;
    let answer = cx.result().is_truthy();
    cx.drop_results();
    // On the way to the next item on the wrong side there is little to do between two calls.
    let [_, table, function, pivot] = match cx.co.stack[cx.function..].first_chunk() {
        Some(slots) => *slots,
        None => return Err(internal()),
    };
    if answer
        && !function.is_nil()
        && state.plain.is_none()
        && let Some(table) = table.as_table()
    {
        match state.question {
            Question::Up if state.up <= state.high => {
                state.up += 1;
                let item = get(cx, table, state.up);
                return cx.call_with(function, [item, pivot], 1, Continuation::Sort(state));
            }
            Question::Down if state.down >= state.low => {
                state.down -= 1;
                let item = get(cx, table, state.down);
                return cx.call_with(function, [pivot, item], 1, Continuation::Sort(state));
            }
            _ => {}
        }
    }
    go_on(cx, state, Some(answer))
}

/// Works until an answer is missing, and asks for it.
#[inline(never)]
fn go_on(cx: &mut CallContext<'_>, state: Box<SortState>, answer: Option<bool>) -> Native {
    let mut state = state;
    let Some(table) = cx.arg(1).as_table() else { return Err(internal()) };
    let function = cx.arg(2);
    let plain = state.plain.take();
    let may_run = PlainOrder::may_run(cx.heap, cx.co);
    let mut items = TableItems {
        cx: &mut *cx,
        table,
        function,
        plain: plain.as_ref().filter(|_| may_run),
        ask: Value::NIL,
    };
    match state.advance(&mut items, answer)? {
        Turn::Sorted => cx.return0(),
        Turn::Invalid => Err(cx.error("invalid order function for sorting")),
        Turn::Ask(a, b) => {
            let function = items.ask;
            if plain.is_some() && cx.heap.fuel > 1 {
                state.plain_failures += 1;
            }
            if state.plain_failures < PLAIN_FAILURES_MAX {
                state.plain = plain;
            }
            cx.call_with(function, [a, b], 1, Continuation::Sort(state))
        }
    }
}
