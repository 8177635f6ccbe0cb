//! The collector: incremental mark and sweep over the arenas, with an explicit grey stack.
//!
//! Invariant while marking: no black object refers to a white one. Tables keep it by turning grey again
//! when written to (`Heap::before_write`), upvalues, functions and userdata by marking what they are
//! given; stacks are marked again in the atomic step. Objects that are made while marking are white and
//! found through what refers to them; while sweeping they have the new white, which is not swept.
//!
//! ```text
//!   Pause ──roots──▶ Mark ──grey stack empty──▶ (atomic) ──▶ Sweep, arena by arena ──▶ Pause
//! ```
//!
//! It runs only at safepoints of the machine and in `collectgarbage`, never inside a native.

use std::collections::{BinaryHeap, VecDeque};

use crate::coroutine::{Coroutine, Status};
use crate::handle::*;
use crate::heap::Heap;
use crate::heap::arena::{Arena, Mark, Object};
use crate::table::{Node, Table};
use crate::value::Value;
use crate::vm::metamethod::Event;

/// Bytes of allocation between two steps.
const STEP_BYTES: isize = 16 * 1024;
/// Work of a step, in bytes' worth, at least.
const STEP_WORK: usize = 32 * 1024;
/// Allocation after a cycle until the next one starts, at least.
const PAUSE_BYTES_MIN: usize = 384 * 1024;

/// What the collector does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Pause,
    Mark,
    /// Sweeping the arena of this number at this index.
    Sweep(u8, u32),
}

/// An object whose children are still to be marked.
#[derive(Clone, Copy, Debug)]
enum Grey {
    Table(TableIndex),
    Closure(ClosureIndex),
    Native(NativeIndex),
    Coroutine(CoroutineIndex),
    Userdata(UserdataIndex),
    Proto(ProtoIndex),
}

/// The collector's state.
#[derive(Debug)]
pub(crate) struct Gc {
    phase: Phase,
    grey: Vec<Grey>,
    /// Tables that were written to while black; marked again in the atomic step.
    again: Vec<TableIndex>,
    /// Coroutines met while marking; their stacks are marked again in the atomic step.
    coroutines: Vec<CoroutineIndex>,
    /// Weak tables met while marking.
    weak: Vec<TableIndex>,
    /// Userdata whose `__gc` is to be called.
    pub(crate) finalizable: VecDeque<UserdataIndex>,
    /// `collectgarbage("setpause")`: percent of the live bytes at which the next cycle starts.
    pub(crate) pause: i32,
    /// `collectgarbage("setstepmul")`: percent of the allocated bytes that a step works off.
    pub(crate) step_multiplier: i32,
    /// `collectgarbage("stop")`.
    pub(crate) stopped: bool,
    /// Cycles completed.
    pub(crate) cycles: u64,
    /// Bytes of the lists that the budget knows of.
    charged: usize,
}

impl Gc {
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Pause,
            grey: Vec::new(),
            again: Vec::new(),
            coroutines: Vec::new(),
            weak: Vec::new(),
            finalizable: VecDeque::new(),
            pause: 200,
            step_multiplier: 200,
            stopped: false,
            cycles: 0,
            charged: 0,
        }
    }

    /// A black table is about to be written to: it will be looked at again.
    pub(crate) fn grey_again(&mut self, table: &mut Table, index: TableIndex) {
        if self.phase == Phase::Mark {
            table.set_mark(Mark::GREY);
            self.again.push(index);
        } else {
            // Outside marking black only means "swept, or about to be": the colour of the next cycle.
            table.set_mark(Mark::GREY);
        }
    }

    /// Bytes of the collector's own lists.
    fn bytes(&self) -> usize {
        self.grey.capacity() * size_of::<Grey>()
            + (self.again.capacity() + self.coroutines.capacity() + self.weak.capacity()) * 4
    }
}

impl Heap {
    /// True when the collector wants to work at the next safepoint.
    #[inline(always)]
    pub(crate) fn collection_is_due(&self) -> bool {
        self.budget.debt > 0
    }

    /// One increment of work. `co` is the running coroutine, whose values below `limit` are in use.
    pub(crate) fn collect_step(
        &mut self,
        co: &mut Coroutine,
        running: CoroutineIndex,
        limit: usize,
    ) {
        // A script that stops the collector does not get more memory than the others: from half the limit on it
        // works all the same, early enough to end a cycle in time.
        if self.gc.stopped && self.budget.room() > self.budget.limit / 2 {
            self.budget.debt = -STEP_BYTES;
            return;
        }
        let multiplier = self.gc.step_multiplier.max(100) as usize;
        let allocated = (STEP_BYTES + self.budget.debt.max(0)) as usize;
        let mut work = (allocated / 100).saturating_mul(multiplier).max(STEP_WORK) as isize;
        while work > 0 {
            work -= self.single_step(co, running, limit) as isize;
            if self.gc.phase == Phase::Pause {
                self.set_pause();
                return;
            }
        }
        self.charge_lists();
        self.budget.debt = -STEP_BYTES;
    }

    /// The collector's lists are not refused memory; what they take, objects can have no more.
    fn charge_lists(&mut self) {
        let bytes = self.gc.bytes();
        self.budget.used = self.budget.used.saturating_sub(self.gc.charged).saturating_add(bytes);
        self.gc.charged = bytes;
    }

    /// `collectgarbage("step", kilobytes)`: the work that so much allocation would have brought about. True when
    /// a cycle ended in it (PUC `lapi.c`, `lua_gc`).
    pub(crate) fn step_by(
        &mut self,
        co: &mut Coroutine,
        running: CoroutineIndex,
        limit: usize,
        kilobytes: usize,
    ) -> bool {
        let multiplier = self.gc.step_multiplier.max(100) as usize;
        let bytes = kilobytes.saturating_mul(1024).max(STEP_BYTES as usize / 16);
        let mut work = (bytes / 100).saturating_mul(multiplier) as isize;
        while work > 0 {
            work -= self.single_step(co, running, limit) as isize;
            if self.gc.phase == Phase::Pause {
                self.set_pause();
                return true;
            }
        }
        self.charge_lists();
        self.budget.debt = -STEP_BYTES;
        false
    }

    /// A cycle is over.
    fn set_pause(&mut self) {
        /// Entries that the lists keep room for.
        const KEPT: usize = 1024;
        self.gc.grey.shrink_to(KEPT);
        self.gc.again.shrink_to(KEPT);
        self.gc.coroutines.shrink_to(KEPT);
        self.gc.weak.shrink_to(KEPT);
        self.charge_lists();
        // Free slots are no reason to wait longer: the arenas would grow from cycle to cycle, and out of the cache.
        let free = self.strings.arena.free_bytes()
            + self.tables.free_bytes()
            + self.closures.free_bytes()
            + self.upvalues.free_bytes();
        let live = self.budget.used.saturating_sub(free);
        let percent = (self.gc.pause.max(100) - 100) as usize;
        let wait = (live / 100).saturating_mul(percent).max(PAUSE_BYTES_MIN);
        // Near the limit the collector works harder rather than let a script run out of memory that
        // garbage holds.
        let wait = wait.min((self.budget.room() / 2).max(STEP_BYTES as usize));
        self.budget.debt = -(wait.min(isize::MAX as usize) as isize);
    }

    /// A whole cycle from the start; what is unreachable now is freed when it returns.
    pub(crate) fn collect_all(
        &mut self,
        co: &mut Coroutine,
        running: CoroutineIndex,
        limit: usize,
    ) {
        if self.gc.phase == Phase::Mark {
            // What is marked so far may be garbage by now: whiten everything by sweeping, then start anew.
            self.gc.grey.clear();
            self.gc.again.clear();
            self.gc.coroutines.clear();
            self.gc.weak.clear();
            self.gc.phase = Phase::Sweep(0, 0);
        }
        while self.gc.phase != Phase::Pause {
            self.single_step(co, running, limit);
        }
        loop {
            self.single_step(co, running, limit);
            if self.gc.phase == Phase::Pause {
                break;
            }
        }
        self.set_pause();
    }

    /// Gives back what the arenas keep for objects to come and the lists for cycles to come, right after a whole cycle.
    pub(crate) fn fit(&mut self) {
        self.gc.grey.shrink_to_fit();
        self.gc.again.shrink_to_fit();
        self.gc.coroutines.shrink_to_fit();
        self.gc.weak.shrink_to_fit();
        self.charge_lists();
        let budget = &mut self.budget;
        self.strings.fit(budget);
        self.tables.fit(budget);
        self.closures.fit(budget);
        self.upvalues.fit(budget);
        self.natives.fit(budget);
        self.userdata.fit(budget);
        self.coroutines.fit(budget);
        self.protos.fit(budget);
    }

    /// Bytes that are kept for objects to come.
    pub(crate) fn spare_bytes(&self) -> usize {
        self.strings.spare_bytes()
            + self.tables.spare_bytes()
            + self.closures.spare_bytes()
            + self.upvalues.spare_bytes()
            + self.natives.spare_bytes()
            + self.userdata.spare_bytes()
            + self.coroutines.spare_bytes()
            + self.protos.spare_bytes()
    }

    /// Objects, and places for values in tables, right after a whole cycle: what the cycle had to go through.
    pub(crate) fn reachable_slots(&self) -> usize {
        let in_tables = self.tables.slots.iter().map(|table| table.array.len() + table.nodes.len());
        in_tables.sum::<usize>() + self.tables.live() + self.closures.live() + self.upvalues.live()
    }

    /// The least work there is; returns how much it was, in bytes' worth.
    fn single_step(&mut self, co: &mut Coroutine, running: CoroutineIndex, limit: usize) -> usize {
        match self.gc.phase {
            Phase::Pause => {
                // The running coroutine's stack changes all the time: it is marked in the atomic step only.
                self.mark_roots();
                self.gc.phase = Phase::Mark;
                1024
            }
            Phase::Mark => {
                if let Some(grey) = self.gc.grey.pop() {
                    self.traverse(grey)
                } else {
                    self.atomic(co, running, limit);
                    self.gc.phase = Phase::Sweep(0, 0);
                    1024
                }
            }
            Phase::Sweep(arena, start) => self.sweep(arena, start),
        }
    }

    // ---- marking ---------------------------------------------------------------------------------

    fn mark_roots(&mut self) {
        self.roots.apply_drops();
        for value in self.strings.fixed().collect::<Vec<_>>() {
            self.mark_value(value);
        }
        for index in 0..self.event_names.len() {
            self.mark_value(self.event_names[index]);
        }
        for value in self.type_names {
            self.mark_value(value);
        }
        self.mark_value(self.next_function);
        self.mark_value(self.pairs_function);
        self.mark_value(self.tostring_function);
        self.mark_value(self.memory_message);
        self.mark_value(self.raised);
        self.mark_table(self.registry);
        self.mark_table(self.globals);
        for metatable in self.type_metatables {
            self.mark_table(metatable);
        }
        for value in self.roots.values().collect::<Vec<_>>() {
            self.mark_value(value);
        }
        for index in 0..self.gc.finalizable.len() {
            self.mark_value(self.gc.finalizable[index].into());
        }
        self.mark_value(CoroutineIndex(0).into());
    }

    fn mark_running(&mut self, co: &mut Coroutine, running: CoroutineIndex, limit: usize) {
        // The slot of the running coroutine is a placeholder that carries its mark.
        self.coroutines[running].mark = Mark::BLACK;
        self.mark_coroutine(co, limit);
        let mut resumer = co.resumer;
        while resumer.is_some() {
            self.mark_value(resumer.into());
            resumer = self.coroutines[resumer].resumer;
        }
    }

    #[inline]
    fn mark_table(&mut self, index: TableIndex) {
        if index.is_some() && self.tables[index].mark().is_white() {
            self.tables[index].set_mark(Mark::GREY);
            self.gc.grey.push(Grey::Table(index));
        }
    }

    /// Marks what a value refers to.
    #[inline]
    pub(crate) fn mark_value(&mut self, value: Value) {
        if value.is_object() {
            self.mark_object(value);
        }
    }

    fn mark_object(&mut self, value: Value) {
        if let Some(string) = value.as_string() {
            self.strings.arena[string].set_mark(Mark::BLACK);
        } else if let Some(table) = value.as_table() {
            self.mark_table(table);
        } else if let Some(closure) = value.as_closure() {
            if self.closures[closure].mark.is_white() {
                self.closures[closure].mark = Mark::GREY;
                self.gc.grey.push(Grey::Closure(closure));
            }
        } else if let Some(native) = value.as_native() {
            if self.natives[native].mark.is_white() {
                self.natives[native].mark = Mark::GREY;
                self.gc.grey.push(Grey::Native(native));
            }
        } else if let Some(userdata) = value.as_userdata() {
            if self.userdata[userdata].mark.is_white() {
                self.userdata[userdata].mark = Mark::GREY;
                self.gc.grey.push(Grey::Userdata(userdata));
            }
        } else if let Some(coroutine) = value.as_coroutine()
            && self.coroutines[coroutine].mark.is_white()
        {
            self.coroutines[coroutine].mark = Mark::GREY;
            self.gc.grey.push(Grey::Coroutine(coroutine));
        }
    }

    fn mark_upvalue(&mut self, index: UpvalueIndex) {
        let upvalue = &mut self.upvalues[index];
        if !upvalue.mark.is_white() {
            return;
        }
        upvalue.mark = Mark::BLACK;
        if upvalue.is_closed() {
            let value = upvalue.value;
            self.mark_value(value);
        } else {
            // The variable lives in a stack, which is kept with it.
            let owner = upvalue.owner;
            self.mark_value(owner.into());
        }
    }

    fn mark_proto(&mut self, index: ProtoIndex) {
        if self.protos[index].mark.is_white() {
            self.protos[index].mark = Mark::GREY;
            self.gc.grey.push(Grey::Proto(index));
        }
    }

    /// Marks the children of an object and makes it black; returns the work in bytes' worth.
    fn traverse(&mut self, grey: Grey) -> usize {
        match grey {
            Grey::Table(index) => self.traverse_table(index),
            Grey::Closure(index) => {
                self.closures[index].mark = Mark::BLACK;
                let environment = self.closures[index].environment;
                self.mark_table(environment);
                if let Some(proto) = &self.closures[index].proto {
                    let proto = proto.index;
                    self.mark_proto(proto);
                }
                let count = self.closures[index].upvalues.len();
                for n in 0..count {
                    let captured = self.closures[index].upvalues[n];
                    match captured.as_shared() {
                        Some(upvalue) => self.mark_upvalue(upvalue),
                        None => self.mark_value(captured),
                    }
                }
                64 + count * 8
            }
            Grey::Native(index) => {
                self.natives[index].mark = Mark::BLACK;
                let environment = self.natives[index].environment;
                self.mark_table(environment);
                let count = self.natives[index].upvalues.len();
                for n in 0..count {
                    self.mark_value(self.natives[index].upvalues[n]);
                }
                64 + count * 8
            }
            Grey::Userdata(index) => {
                let userdata = &mut self.userdata[index];
                userdata.mark = Mark::BLACK;
                let (metatable, environment) = (userdata.metatable, userdata.environment);
                self.mark_table(metatable);
                self.mark_table(environment);
                64
            }
            Grey::Proto(index) => {
                self.protos[index].mark = Mark::BLACK;
                let Some(proto) = self.protos[index].proto.clone() else { return 16 };
                self.mark_value(proto.source);
                for &constant in &*proto.constants {
                    self.mark_value(constant);
                }
                for child in &*proto.children {
                    self.mark_proto(child.index);
                }
                64 + proto.constants.len() * 8
            }
            Grey::Coroutine(index) => {
                self.gc.coroutines.push(index);
                self.traverse_coroutine(index)
            }
        }
    }

    fn traverse_coroutine(&mut self, index: CoroutineIndex) -> usize {
        self.coroutines[index].mark = Mark::BLACK;
        if self.coroutines[index].status == Status::Running {
            // Its stacks are with the machine, which marks them itself.
            return 64;
        }
        let mut co = core::mem::replace(&mut self.coroutines[index], Box::new(Coroutine::empty()));
        // So that a coroutine that refers to itself is not traversed while it is taken out.
        self.coroutines[index].mark = Mark::BLACK;
        let limit = co.live_limit(self);
        self.mark_coroutine(&mut co, limit);
        let work = 64 + co.stack.len();
        self.coroutines[index] = co;
        work
    }

    fn mark_coroutine(&mut self, co: &mut Coroutine, limit: usize) {
        let limit = limit.min(co.stack.len());
        for &value in &co.stack[..limit] {
            self.mark_value(value);
        }
        for &upvalue in &co.open {
            self.upvalues[upvalue].mark = Mark::BLACK;
        }
        self.mark_table(co.globals);
        self.mark_value(co.hook.function);
        if co.resumer.is_some() {
            self.mark_value(co.resumer.into());
        }
        // Values above are rubbish of calls that have returned; cleared, they can never be met once their
        // objects are gone.
        co.stack[limit..].fill(Value::NIL);
    }

    fn weakness(&mut self, metatable: TableIndex) -> (bool, bool) {
        if !metatable.is_some() {
            return (false, false);
        }
        let mode = self.event_of(metatable, Event::Mode);
        let mode = crate::native::c_string(self.bytes(mode));
        (mode.contains(&b'k'), mode.contains(&b'v'))
    }

    fn traverse_table(&mut self, index: TableIndex) -> usize {
        self.tables[index].set_mark(Mark::BLACK);
        let metatable = self.tables[index].metatable;
        self.mark_table(metatable);
        let (weak_keys, weak_values) = self.weakness(metatable);
        if weak_keys || weak_values {
            self.gc.weak.push(index);
            if weak_keys && weak_values {
                return 64;
            }
        }
        // Taken out while their contents are marked: marking touches other tables, never this one's parts.
        let array = core::mem::take(&mut self.tables[index].array);
        let mut nodes = core::mem::take(&mut self.tables[index].nodes);
        if !weak_values {
            for &value in &array {
                self.mark_value(value);
            }
        }
        for node in &mut nodes {
            self.mark_node(node, weak_keys, weak_values);
        }
        let work = 64 + array.len() * 8 + nodes.len() * 24;
        self.tables[index].array = array;
        self.tables[index].nodes = nodes;
        work
    }

    fn mark_node(&mut self, node: &mut Node, weak_keys: bool, weak_values: bool) {
        if node.value.is_nil() {
            // The key dies: number and boolean keys stay, the others are not found again.
            if node.key.is_object() {
                node.key = node.key.dead_key();
            }
            return;
        }
        if !weak_keys {
            self.mark_value(node.key);
        }
        if !weak_values {
            self.mark_value(node.value);
        }
    }

    // ---- the atomic step -------------------------------------------------------------------------

    fn atomic(&mut self, co: &mut Coroutine, running: CoroutineIndex, limit: usize) {
        self.mark_roots();
        self.mark_running(co, running, limit);
        self.drain_grey();
        for index in core::mem::take(&mut self.gc.coroutines) {
            self.traverse_coroutine(index);
        }
        for index in core::mem::take(&mut self.gc.again) {
            self.traverse_table(index);
        }
        self.drain_grey();
        self.find_finalizable();
        self.drain_grey();
        for index in core::mem::take(&mut self.gc.coroutines) {
            self.traverse_coroutine(index);
        }
        self.drain_grey();
        self.clear_weak();
        self.gc.again.clear();
        // From here on what is still white is garbage, and new objects get the other white.
        self.strings.white = self.strings.white.other_white();
    }

    fn drain_grey(&mut self) {
        while let Some(grey) = self.gc.grey.pop() {
            self.traverse(grey);
        }
    }

    /// The machine closes: every userdata that has a `__gc` is due, newest first.
    pub(crate) fn finalize_all(&mut self) {
        let mut found = Vec::new();
        for slot in 0..self.userdata.slots.len() {
            let index = UserdataIndex(slot as u32);
            let userdata = &self.userdata[index];
            if userdata.mark == Mark::FREE || userdata.finalized || !userdata.metatable.is_some() {
                continue;
            }
            let metatable = userdata.metatable;
            if !self.event_of(metatable, Event::Gc).is_nil() {
                self.userdata[index].finalized = true;
                found.push(index);
            }
        }
        self.sort_newest_first(&mut found);
        self.gc.finalizable.extend(found);
    }

    /// With a heap: the sorts of the standard library are a hundredth of the core module in WebAssembly.
    #[inline(never)]
    fn sort_newest_first(&self, userdata: &mut [UserdataIndex]) {
        let by_age = userdata.iter().map(|&index| (self.userdata[index].serial, index.0));
        let mut by_age: BinaryHeap<_> = by_age.collect();
        for slot in userdata {
            if let Some((_, index)) = by_age.pop() {
                *slot = UserdataIndex(index);
            }
        }
    }

    /// Userdata that die and have a `__gc` live once more, newest first.
    fn find_finalizable(&mut self) {
        let mut found = Vec::new();
        for slot in 0..self.userdata.slots.len() {
            let index = UserdataIndex(slot as u32);
            let userdata = &self.userdata[index];
            if !userdata.mark.is_white() || userdata.finalized || !userdata.metatable.is_some() {
                continue;
            }
            let metatable = userdata.metatable;
            let has_gc = !self.event_of(metatable, Event::Gc).is_nil();
            self.userdata[index].finalized = true;
            if has_gc {
                found.push(index);
            }
        }
        self.sort_newest_first(&mut found);
        for index in found {
            self.mark_value(index.into());
            self.gc.finalizable.push_back(index);
        }
    }

    /// True when a weak reference to the value is to be cleared. A userdata about to be finalised is cleared
    /// from values but still found as a key (Lua 5.1 manual §2.10.2).
    fn is_cleared(&self, value: Value, is_key: bool) -> bool {
        if !value.is_object() || value.is_string() {
            return false;
        }
        let mark = if let Some(table) = value.as_table() {
            self.tables[table].mark()
        } else if let Some(closure) = value.as_closure() {
            self.closures[closure].mark
        } else if let Some(native) = value.as_native() {
            self.natives[native].mark
        } else if let Some(userdata) = value.as_userdata() {
            if !is_key && self.userdata[userdata].finalized {
                return true;
            }
            self.userdata[userdata].mark
        } else if let Some(coroutine) = value.as_coroutine() {
            self.coroutines[coroutine].mark
        } else {
            return false;
        };
        mark.is_white()
    }

    fn clear_weak(&mut self) {
        for index in core::mem::take(&mut self.gc.weak) {
            let metatable = self.tables[index].metatable;
            let (weak_keys, weak_values) = self.weakness(metatable);
            let mut array = core::mem::take(&mut self.tables[index].array);
            let mut nodes = core::mem::take(&mut self.tables[index].nodes);
            if weak_values {
                for value in &mut array {
                    // Strings are values, not objects that die: they are kept.
                    if value.is_string() {
                        self.mark_value(*value);
                    } else if self.is_cleared(*value, false) {
                        *value = Value::NIL;
                    }
                }
            }
            for node in &mut nodes {
                if node.value.is_nil() {
                    continue;
                }
                if node.key.is_string() {
                    self.mark_value(node.key);
                }
                if node.value.is_string() {
                    self.mark_value(node.value);
                }
                if (weak_keys && self.is_cleared(node.key, true))
                    || (weak_values && self.is_cleared(node.value, false))
                {
                    node.value = Value::NIL;
                    if node.key.is_object() {
                        node.key = node.key.dead_key();
                    }
                }
            }
            self.tables[index].array = array;
            self.tables[index].nodes = nodes;
        }
    }

    // ---- sweeping --------------------------------------------------------------------------------

    fn sweep(&mut self, arena: u8, start: u32) -> usize {
        const SLOTS: usize = 512;
        let white = self.strings.white;
        let start = start as usize;
        let budget = &mut self.budget;
        let end = match arena {
            0 => {
                let end = (start + SLOTS).min(self.strings.arena.slots.len());
                for slot in start..end {
                    let string = &mut self.strings.arena.slots[slot];
                    let mark = string.mark();
                    if mark == Mark::FREE {
                        continue;
                    }
                    if mark == white.other_white() {
                        budget.refund(self.strings.release(StringIndex(slot as u32)));
                    } else {
                        string.set_mark(white);
                    }
                }
                if end == self.strings.arena.slots.len() {
                    self.strings.trim(budget);
                    Ok(())
                } else {
                    Err(end)
                }
            }
            1 => sweep_arena(&mut self.tables, start, SLOTS, white, budget),
            2 => sweep_arena(&mut self.closures, start, SLOTS, white, budget),
            3 => sweep_arena(&mut self.upvalues, start, SLOTS, white, budget),
            4 => sweep_arena(&mut self.natives, start, SLOTS, white, budget),
            5 => sweep_arena(&mut self.userdata, start, SLOTS, white, budget),
            6 => sweep_arena(&mut self.coroutines, start, SLOTS, white, budget),
            7 => sweep_arena(&mut self.protos, start, SLOTS, white, budget),
            _ => {
                self.gc.phase = Phase::Pause;
                self.gc.cycles += 1;
                return 64;
            }
        };
        self.gc.phase = match end {
            Ok(()) => Phase::Sweep(arena + 1, 0),
            Err(next) => Phase::Sweep(arena, next as u32),
        };
        SLOTS * 8
    }

    // ---- barriers --------------------------------------------------------------------------------

    /// A value is stored in a closed upvalue.
    #[inline(always)]
    pub(crate) fn barrier_upvalue(&mut self, upvalue: UpvalueIndex, value: Value) {
        if self.gc.phase == Phase::Mark && self.upvalues[upvalue].mark == Mark::BLACK {
            self.mark_value(value);
        }
    }

    /// A value is stored in a native's upvalue.
    pub(crate) fn barrier_native(&mut self, native: NativeIndex, value: Value) {
        if self.gc.phase == Phase::Mark && self.natives[native].mark == Mark::BLACK {
            self.mark_value(value);
        }
    }

    /// A table becomes somebody's metatable or environment, or a value goes where no other barrier looks.
    pub(crate) fn barrier(&mut self, value: Value) {
        if self.gc.phase == Phase::Mark {
            self.mark_value(value);
        }
    }
}

fn sweep_arena<T: Object>(
    arena: &mut Arena<T>,
    start: usize,
    slots: usize,
    white: Mark,
    budget: &mut crate::heap::charge::Budget,
) -> Result<(), usize> {
    let end = (start + slots).min(arena.slots.len());
    for slot in start..end {
        let mark = arena.slots[slot].mark();
        if mark == Mark::FREE {
            continue;
        }
        if mark == white.other_white() {
            budget.refund(arena.release(slot as u32));
        } else {
            arena.slots[slot].set_mark(white);
        }
    }
    if end < arena.slots.len() {
        return Err(end);
    }
    arena.trim(budget);
    Ok(())
}
