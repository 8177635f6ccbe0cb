//! Writing: what can be reached, arena by arena.

use std::borrow::Cow;

use ordered::{ByteMap, IdMap};
use snapshot::Writer;

use super::{Origin, SnapshotError, TAIL_CALLS_MAX, has_types};
use crate::coroutine::{CalledBy, Coroutine, FrameKind, Status};
use crate::handle::*;
use crate::heap::Heap;
use crate::heap::arena::{Arena, Mark, Object};
use crate::limits;
use crate::table::state;
use crate::value::Value;
use crate::vm::Vm;
use lua_compiler::bytecode::Op;

type Written = Result<(), SnapshotError>;

/// What the first byte of a value says.
pub(super) mod tag {
    pub(in crate::snapshot) const NIL: u8 = 0;
    pub(in crate::snapshot) const FALSE: u8 = 1;
    pub(in crate::snapshot) const TRUE: u8 = 2;
    /// A whole number of 32 bits, as a number with a sign.
    pub(in crate::snapshot) const INTEGER: u8 = 3;
    pub(in crate::snapshot) const DOUBLE: u8 = 4;
    pub(in crate::snapshot) const LIGHT: u8 = 5;
    pub(in crate::snapshot) const STRING: u8 = 6;
    pub(in crate::snapshot) const TABLE: u8 = 7;
    pub(in crate::snapshot) const CLOSURE: u8 = 8;
    pub(in crate::snapshot) const NATIVE: u8 = 9;
    pub(in crate::snapshot) const USERDATA: u8 = 10;
    pub(in crate::snapshot) const COROUTINE: u8 = 11;
    /// In a closure: a variable that it shares.
    pub(in crate::snapshot) const SHARED: u8 = 12;
    /// In a table: the key of an entry that died.
    pub(in crate::snapshot) const DEAD: u8 = 13;
}

/// How a native is named.
pub(super) mod name {
    pub(in crate::snapshot) const MADE: u8 = 0;
    pub(in crate::snapshot) const LIBRARY: u8 = 1;
    pub(in crate::snapshot) const HOST: u8 = 2;

    /// All three in one text, by which names are looked up.
    pub(in crate::snapshot) fn key(kind: u8, library: &str, own: &str) -> Vec<u8> {
        let size = (library.len() as u32).to_le_bytes();
        [&[kind], &size[..], library.as_bytes(), own.as_bytes()].concat()
    }
}

/// What a coroutine is.
pub(super) mod status {
    pub(in crate::snapshot) const DEAD: u8 = 0;
    pub(in crate::snapshot) const NEW: u8 = 1;
    pub(in crate::snapshot) const WAITING: u8 = 2;
}

/// The payload of an idle machine's snapshot.
pub(super) fn write(vm: &Vm, roots: &[Value]) -> Result<Vec<u8>, SnapshotError> {
    let heap = &vm.heap;
    if vm.co.hook.is_set() || !vm.co.hook.function.is_nil() {
        return Err(SnapshotError::Hook);
    }
    // A run that waits off the machine.
    let is_parked = |value: Value| {
        value.as_coroutine().is_some_and(|index| {
            let co = &heap.coroutines[index];
            co.status == Status::Normal && (co.top > 0 || !co.frames.is_empty())
        })
    };
    if heap.roots.values().any(is_parked) {
        return Err(SnapshotError::Busy);
    }
    let mut reached = Reached::new(heap);
    reached.roots(vm, roots);
    reached.all(heap);
    let mut image = Image { heap, reached: &reached, out: Writer::new() };
    image.settings();
    image.arenas();
    image.strings();
    let names = image.names()?;
    image.protos();
    image.tables()?;
    image.closures();
    image.natives(&names);
    image.upvalues();
    image.userdata()?;
    image.coroutines()?;
    image.roots(vm, roots);
    Ok(image.out.into_bytes())
}

// ---- what can be reached -------------------------------------------------------------------------

/// An object whose children are still to be looked at.
enum Item {
    Table(TableIndex),
    Closure(ClosureIndex),
    Native(NativeIndex),
    Upvalue(UpvalueIndex),
    Coroutine(CoroutineIndex),
    Userdata(UserdataIndex),
    Proto(ProtoIndex),
}

/// The slots of each arena that can be reached.
struct Reached {
    strings: Vec<bool>,
    tables: Vec<bool>,
    closures: Vec<bool>,
    natives: Vec<bool>,
    upvalues: Vec<bool>,
    coroutines: Vec<bool>,
    userdata: Vec<bool>,
    protos: Vec<bool>,
    waiting: Vec<Item>,
}

/// Sets a flag; true when it was not set.
fn is_new(flags: &mut [bool], slot: usize) -> bool {
    flags.get_mut(slot).is_some_and(|flag| !core::mem::replace(flag, true))
}

impl Reached {
    fn new(heap: &Heap) -> Self {
        Self {
            strings: vec![false; heap.strings.arena.slots.len()],
            tables: vec![false; heap.tables.slots.len()],
            closures: vec![false; heap.closures.slots.len()],
            natives: vec![false; heap.natives.slots.len()],
            upvalues: vec![false; heap.upvalues.slots.len()],
            coroutines: vec![false; heap.coroutines.slots.len()],
            userdata: vec![false; heap.userdata.slots.len()],
            protos: vec![false; heap.protos.slots.len()],
            waiting: Vec::new(),
        }
    }

    fn roots(&mut self, vm: &Vm, roots: &[Value]) {
        let heap = &vm.heap;
        heap.strings.fixed().for_each(|value| self.value(value));
        for &value in heap.event_names.iter().chain(&heap.type_names).chain(roots) {
            self.value(value);
        }
        for value in
            [heap.memory_message, heap.next_function, heap.pairs_function, heap.tostring_function]
        {
            self.value(value);
        }
        for table in [heap.registry, heap.globals, vm.co.globals] {
            self.table(table);
        }
        for table in heap.type_metatables {
            self.table(table);
        }
        for &userdata in &heap.gc.finalizable {
            self.value(userdata.into());
        }
    }

    fn table(&mut self, table: TableIndex) {
        if table.is_some() && is_new(&mut self.tables, table.slot()) {
            self.waiting.push(Item::Table(table));
        }
    }

    fn proto(&mut self, proto: ProtoIndex) {
        if is_new(&mut self.protos, proto.slot()) {
            self.waiting.push(Item::Proto(proto));
        }
    }

    fn value(&mut self, value: Value) {
        if let Some(string) = value.as_string() {
            is_new(&mut self.strings, string.slot());
        } else if let Some(table) = value.as_table() {
            self.table(table);
        } else if let Some(closure) = value.as_closure() {
            if is_new(&mut self.closures, closure.slot()) {
                self.waiting.push(Item::Closure(closure));
            }
        } else if let Some(native) = value.as_native() {
            if is_new(&mut self.natives, native.slot()) {
                self.waiting.push(Item::Native(native));
            }
        } else if let Some(userdata) = value.as_userdata() {
            if is_new(&mut self.userdata, userdata.slot()) {
                self.waiting.push(Item::Userdata(userdata));
            }
        } else if let Some(coroutine) = value.as_coroutine() {
            if is_new(&mut self.coroutines, coroutine.slot()) {
                self.waiting.push(Item::Coroutine(coroutine));
            }
        } else if let Some(upvalue) = value.as_shared()
            && is_new(&mut self.upvalues, upvalue.slot())
        {
            self.waiting.push(Item::Upvalue(upvalue));
        }
    }

    fn all(&mut self, heap: &Heap) {
        while let Some(item) = self.waiting.pop() {
            match item {
                Item::Table(index) => {
                    let table = &heap.tables[index];
                    self.table(table.metatable);
                    table.array.iter().for_each(|&value| self.value(value));
                    for node in &table.nodes {
                        // A dead key is none of the kinds of objects.
                        self.value(node.key);
                        self.value(node.value);
                    }
                }
                Item::Closure(index) => {
                    let closure = &heap.closures[index];
                    self.table(closure.environment);
                    if let Some(proto) = &closure.proto {
                        self.proto(proto.index);
                    }
                    closure.upvalues.iter().for_each(|&value| self.value(value));
                }
                Item::Native(index) => {
                    let native = &heap.natives[index];
                    self.table(native.environment);
                    native.upvalues.iter().for_each(|&value| self.value(value));
                }
                Item::Upvalue(index) => {
                    let upvalue = &heap.upvalues[index];
                    match open_in(heap, index) {
                        Some(_) => self.value(upvalue.owner.into()),
                        None => self.value(closed_value(heap, index)),
                    }
                }
                Item::Coroutine(index) => {
                    let co = &heap.coroutines[index];
                    self.table(co.globals);
                    if co.status == Status::Suspended {
                        let limit = co.live_limit(heap);
                        co.stack.iter().take(limit).for_each(|&value| self.value(value));
                        co.open.iter().for_each(|&upvalue| self.value(Value::shared(upvalue)));
                    }
                }
                Item::Userdata(index) => {
                    let userdata = &heap.userdata[index];
                    self.table(userdata.metatable);
                    self.table(userdata.environment);
                }
                Item::Proto(index) => {
                    let Some(proto) = &heap.protos[index].proto else { continue };
                    self.value(proto.source);
                    proto.constants.iter().for_each(|&value| self.value(value));
                    proto.children.iter().for_each(|child| self.proto(child.index));
                }
            }
        }
    }
}

/// The coroutine and the stack index of a variable that lives in a stack. One in the stack of a coroutine that died
/// does not live there any more.
fn open_in(heap: &Heap, index: UpvalueIndex) -> Option<(CoroutineIndex, u32)> {
    let upvalue = &heap.upvalues[index];
    let is_open =
        !upvalue.is_closed() && heap.coroutines[upvalue.owner].status == Status::Suspended;
    is_open.then_some((upvalue.owner, upvalue.at))
}

fn closed_value(heap: &Heap, index: UpvalueIndex) -> Value {
    let upvalue = &heap.upvalues[index];
    if upvalue.is_closed() {
        return upvalue.value;
    }
    let stack = &heap.coroutines[upvalue.owner].stack;
    stack.get(upvalue.at as usize).copied().unwrap_or(Value::NIL)
}

// ---- writing -------------------------------------------------------------------------------------

/// The slots that are set, in their order.
fn slots(flags: &[bool]) -> impl Iterator<Item = u32> {
    flags.iter().enumerate().filter_map(|(slot, &is_set)| is_set.then_some(slot as u32))
}

struct Image<'a> {
    heap: &'a Heap,
    reached: &'a Reached,
    out: Writer,
}

/// The kinds of natives, and which of them each native is.
type Names = IdMap<u32, usize>;

impl Image<'_> {
    fn settings(&mut self) {
        let heap = self.heap;
        self.out.flag(heap.shares_variables);
        self.out.fixed(heap.random.state());
        self.out.signed(heap.gc.pause.into());
        self.out.signed(heap.gc.step_multiplier.into());
        self.out.flag(heap.gc.stopped);
        self.out.number(heap.userdata_made);
        self.out.byte(heap.strings.bucket_count().trailing_zeros() as u8);
    }

    fn arenas(&mut self) {
        let (heap, reached) = (self.heap, self.reached);
        self.arena(&heap.strings.arena, &reached.strings);
        self.arena(&heap.tables, &reached.tables);
        self.arena(&heap.closures, &reached.closures);
        self.arena(&heap.natives, &reached.natives);
        self.arena(&heap.upvalues, &reached.upvalues);
        // Neither the slot of the main program is free nor the first one, where it began.
        let mut coroutines = reached.coroutines.clone();
        is_new(&mut coroutines, 0);
        is_new(&mut coroutines, heap.running.slot());
        self.out.number(heap.running.0.into());
        self.arena(&heap.coroutines, &coroutines);
        self.arena(&heap.userdata, &reached.userdata);
        self.arena(&heap.protos, &reached.protos);
    }

    /// Size of an arena, and its free slots in the order of their use.
    fn arena<T: Object>(&mut self, arena: &Arena<T>, is_used: &[bool]) {
        let (len, capacity) = (arena.slots.len(), arena.slots.capacity());
        // Slots of objects that only other roots keep are free on the other side, and used last.
        let kept_elsewhere = arena.slots.iter().zip(is_used).enumerate();
        let kept_elsewhere = kept_elsewhere
            .filter(|(_, (slot, is_used))| !**is_used && slot.mark() != Mark::FREE)
            .map(|(slot, _)| slot as u32);
        let mut free = Vec::new();
        for slot in kept_elsewhere {
            free.push(slot);
        }
        free.extend_from_slice(arena.free());
        self.slots(len, capacity, &free);
    }

    /// The part of [`Self::arena`] that is the same for all of them.
    #[inline(never)]
    fn slots(&mut self, len: usize, capacity: usize, free: &[u32]) {
        self.out.len(len);
        self.out.len(capacity);
        // Runs of slots that follow each other, upwards or downwards.
        let mut runs: Vec<(u32, u32, bool)> = Vec::new();
        for &slot in free {
            if let Some((start, len, is_up)) = runs.last_mut() {
                let up = start.checked_add(*len) == Some(slot);
                let down = start.checked_sub(*len) == Some(slot);
                if (up && (*is_up || *len == 1)) || (down && (!*is_up || *len == 1)) {
                    *is_up = up;
                    *len += 1;
                    continue;
                }
            }
            runs.push((slot, 1, true));
        }
        self.out.len(runs.len());
        for (start, len, is_up) in runs {
            self.out.number(start.into());
            self.out.number(u64::from(len) << 1 | u64::from(is_up));
        }
    }

    fn value(&mut self, value: Value) {
        let out = &mut self.out;
        let mut object = |tag: u8, index: u32| {
            out.byte(tag);
            out.number(index.into());
        };
        if let Some(string) = value.as_string() {
            object(tag::STRING, string.0);
        } else if let Some(table) = value.as_table() {
            object(tag::TABLE, table.0);
        } else if let Some(closure) = value.as_closure() {
            object(tag::CLOSURE, closure.0);
        } else if let Some(native) = value.as_native() {
            object(tag::NATIVE, native.0);
        } else if let Some(userdata) = value.as_userdata() {
            object(tag::USERDATA, userdata.0);
        } else if let Some(coroutine) = value.as_coroutine() {
            object(tag::COROUTINE, coroutine.0);
        } else if let Some(upvalue) = value.as_shared() {
            object(tag::SHARED, upvalue.0);
        } else if let Some((kind, index)) = value.as_dead_key() {
            object(tag::DEAD, index);
            out.byte(kind);
        } else if let Some(address) = value.as_light_userdata() {
            object(tag::LIGHT, address);
        } else if let Some(n) = value.as_number() {
            let whole = n as i32;
            if f64::from(whole).to_bits() == n.to_bits() {
                out.byte(tag::INTEGER);
                out.signed(whole.into());
            } else {
                out.byte(tag::DOUBLE);
                out.double(n);
            }
        } else {
            out.byte(match value.as_boolean() {
                Some(true) => tag::TRUE,
                Some(false) => tag::FALSE,
                None => tag::NIL,
            });
        }
    }

    /// A table that may be absent.
    fn opt_table(&mut self, table: TableIndex) {
        self.out.number(if table.is_some() { u64::from(table.0) + 1 } else { 0 });
    }

    fn strings(&mut self) {
        for slot in slots(&self.reached.strings) {
            self.out.bytes(self.heap.strings.bytes(StringIndex(slot)));
        }
    }

    /// The names of natives, each once.
    fn names(&mut self) -> Result<Names, SnapshotError> {
        let mut names = Names::default();
        let mut numbers: ByteMap<usize> = ByteMap::default();
        let mut in_order = Vec::new();
        for slot in slots(&self.reached.natives) {
            let native = &self.heap.natives[NativeIndex(slot)];
            let key: (u8, Cow<'_, str>, &str) = match &native.origin {
                Origin::Host(name) => (name::HOST, "".into(), &**name),
                Origin::Library(library) => (name::LIBRARY, (*library).into(), native.name),
                Origin::Made => {
                    let mut kinds = self.heap.declared.natives(native.name);
                    let kind = kinds.find(|kind| has_types(&native.upvalues, kind.upvalues));
                    let Some(kind) = kind.filter(|_| native.host.is_none()) else {
                        return Err(SnapshotError::UnnamedNative(native.name.into()));
                    };
                    (name::MADE, kind.signature().into(), native.name)
                }
            };
            if !matches!(native.origin, Origin::Made) && !native.upvalues.is_empty() {
                return Err(SnapshotError::UnnamedNative(native.name.into()));
            }
            let (kind, library, own) = &key;
            let words = name::key(*kind, library, own);
            let number = numbers.get(&words).copied().unwrap_or_else(|| {
                let next = in_order.len();
                numbers.insert(words, next);
                in_order.push(key);
                next
            });
            names.insert(slot, number);
        }
        self.out.len(in_order.len());
        for (kind, library, name) in in_order {
            self.out.byte(kind);
            self.out.bytes(library.as_bytes());
            self.out.bytes(name.as_bytes());
        }
        Ok(names)
    }

    /// Prototypes, those inside a function before it.
    fn protos(&mut self) {
        let mut is_written = vec![false; self.reached.protos.len()];
        for slot in slots(&self.reached.protos) {
            // Functions are nested as deep as in a source, but the list keeps the host's stack out of it.
            let mut waiting = vec![(ProtoIndex(slot), false)];
            while let Some((index, are_children_written)) = waiting.pop() {
                let Some(proto) = &self.heap.protos[index].proto else { continue };
                if !are_children_written {
                    if !is_written.get(index.slot()).is_some_and(|&is_written| is_written) {
                        waiting.push((index, true));
                        waiting.extend(proto.children.iter().rev().map(|c| (c.index, false)));
                    }
                    continue;
                }
                if !is_new(&mut is_written, index.slot()) {
                    continue;
                }
                self.out.number(index.0.into());
                self.out.number(proto.source.as_string().map_or(0, |string| string.0).into());
                let mut code = Vec::new();
                lua_compiler::encode::encode_alone(&proto.def, &mut code);
                self.out.bytes(&code);
                self.out.len(proto.children.len());
                for child in &*proto.children {
                    self.out.number(child.index.0.into());
                }
            }
        }
    }

    fn tables(&mut self) -> Written {
        for slot in slots(&self.reached.tables) {
            let table = &self.heap.tables[TableIndex(slot)];
            self.opt_table(table.metatable);
            self.out.flag(table.state & state::READ_ONLY != 0);
            self.out.len(table.array.len());
            for &value in &table.array {
                self.value(value);
            }
            self.out.len(table.nodes.len());
            self.out.number(table.free_pointer().into());
            for node in &table.nodes {
                self.value(node.key);
                if !node.key.is_nil() {
                    self.value(node.value);
                    self.out.len(node.next().map_or(0, |next| next + 1));
                }
            }
        }
        Ok(())
    }

    fn closures(&mut self) {
        for slot in slots(&self.reached.closures) {
            let closure = &self.heap.closures[ClosureIndex(slot)];
            self.out.number(closure.proto.as_ref().map_or(0, |proto| proto.index.0).into());
            self.out.number(closure.environment.0.into());
            for &value in &closure.upvalues {
                self.value(value);
            }
        }
    }

    fn natives(&mut self, names: &Names) {
        for slot in slots(&self.reached.natives) {
            let native = &self.heap.natives[NativeIndex(slot)];
            self.out.len(names.get(slot).copied().unwrap_or_default());
            self.out.number(native.environment.0.into());
            self.out.len(native.upvalues.len());
            for &value in &native.upvalues {
                self.value(value);
            }
        }
    }

    fn upvalues(&mut self) {
        for slot in slots(&self.reached.upvalues) {
            let index = UpvalueIndex(slot);
            let open = open_in(self.heap, index);
            self.out.flag(open.is_some());
            if let Some((owner, at)) = open {
                self.out.number(owner.0.into());
                self.out.number(at.into());
            } else {
                self.value(closed_value(self.heap, index));
            }
        }
    }

    fn userdata(&mut self) -> Written {
        for slot in slots(&self.reached.userdata) {
            let userdata = &self.heap.userdata[UserdataIndex(slot)];
            self.opt_table(userdata.metatable);
            self.out.number(userdata.environment.0.into());
            self.out.flag(userdata.finalized);
            self.out.number(userdata.serial);
            let Some(data) = &userdata.data else {
                self.out.flag(false);
                continue;
            };
            let kinds = &self.heap.declared.userdata;
            let saved = kinds.iter().find_map(|kind| Some((kind.name, (kind.save)(&**data)?)));
            let Some((name, bytes)) = saved else {
                return Err(SnapshotError::UnknownUserdata(self.class_of(userdata.metatable)));
            };
            self.out.flag(true);
            self.out.bytes(name.as_bytes());
            self.out.bytes(&bytes);
        }
        Ok(())
    }

    /// What the metatable of a userdata calls it.
    fn class_of(&self, metatable: TableIndex) -> Box<str> {
        if metatable.is_some() {
            let nodes = self.heap.tables[metatable].nodes.iter();
            for node in nodes {
                if matches!(self.heap.bytes(node.key), b"__name" | b"__type") {
                    return String::from_utf8_lossy(self.heap.bytes(node.value)).into();
                }
            }
        }
        "without a name".into()
    }

    fn coroutines(&mut self) -> Written {
        if !self.reached.coroutines.first().is_some_and(|&is_reached| is_reached)
            && self.heap.running.0 != 0
        {
            self.out.byte(status::DEAD);
            self.out.number(self.heap.globals.0.into());
        }
        for slot in slots(&self.reached.coroutines) {
            if slot == self.heap.running.0 {
                return Err(SnapshotError::Coroutine("the main program"));
            }
            self.coroutine(&self.heap.coroutines[CoroutineIndex(slot)])?;
        }
        Ok(())
    }

    fn coroutine(&mut self, co: &Coroutine) -> Written {
        if co.hook.is_set() || !co.hook.function.is_nil() {
            return Err(SnapshotError::Hook);
        }
        let is_new = co.frames.is_empty();
        self.out.byte(match co.status {
            Status::Dead => status::DEAD,
            Status::Suspended if is_new => status::NEW,
            Status::Suspended => status::WAITING,
            Status::Running | Status::Normal => return Err(SnapshotError::Coroutine("a run")),
        });
        self.out.number(co.globals.0.into());
        if co.status == Status::Dead {
            return Ok(());
        }
        self.out.flag(co.frames_limit > limits::FRAMES_FIRST_MAX);
        self.out.len(co.stack.len());
        if is_new {
            self.value(co.stack.first().copied().unwrap_or(Value::NIL));
            return Ok(());
        }
        if !co.continuations.is_empty() {
            return Err(SnapshotError::Coroutine("a native function"));
        }
        self.frames(co)?;
        let limit = co.live_limit(self.heap);
        self.out.len(limit);
        for &value in co.stack.iter().take(limit) {
            self.value(value);
        }
        Ok(())
    }

    /// The frames of a coroutine that waits in a yield: all are of Lua functions, each stopped at the call of the
    /// next, the last at that of `yield`. What follows from that is not written, but must be so.
    fn frames(&mut self, co: &Coroutine) -> Written {
        let Some((yielded, wanted, CalledBy::Instruction)) = co.yielded else {
            return Err(SnapshotError::Coroutine("a call that no instruction has made"));
        };
        self.out.number(co.depth_base.into());
        self.out.len(co.frames.len());
        let calls = co.frames.iter().skip(1).map(|frame| (frame.function, frame.wanted));
        let mut calls = calls.chain([(yielded, wanted)]);
        for (number, frame) in co.frames.iter().enumerate() {
            let called_by = if number == 0 { CalledBy::Entry } else { CalledBy::Instruction };
            let proto = co.frame_proto(frame, self.heap);
            let call = proto.and_then(|proto| {
                call_at(&proto.def.code, frame.pc).map(|(a, wanted)| (frame.base + a, wanted))
            });
            if frame.kind != FrameKind::Lua
                || frame.called_by != called_by
                || frame.depth != co.depth_base
                || call.is_none()
                || calls.next() != call
            {
                return Err(SnapshotError::Coroutine("a call that is not a function's own"));
            }
            self.out.number(frame.base.into());
            self.out.number(frame.pc.into());
            self.out.number(frame.tail_calls.min(TAIL_CALLS_MAX).into());
        }
        Ok(())
    }

    fn roots(&mut self, vm: &Vm, roots: &[Value]) {
        let heap = self.heap;
        for table in [heap.registry, heap.globals, vm.co.globals] {
            self.out.number(table.0.into());
        }
        self.out.flag(vm.co.frames_limit > limits::FRAMES_FIRST_MAX);
        for table in heap.type_metatables {
            self.opt_table(table);
        }
        for value in [heap.next_function, heap.pairs_function, heap.tostring_function] {
            self.value(value);
        }
        self.out.len(heap.gc.finalizable.len());
        for userdata in &heap.gc.finalizable {
            self.out.number(userdata.0.into());
        }
        self.out.len(roots.len());
        for &value in roots {
            self.value(value);
        }
    }
}

/// Register of the function, and results wanted, of the call before `pc`, if there is one.
pub(super) fn call_at(code: &[lua_compiler::Instruction], pc: u32) -> Option<(u32, i16)> {
    let call = code.get((pc as usize).checked_sub(1)?)?;
    let wanted = match call.op {
        Op::Call => i16::from(call.c) - 1,
        Op::TailCall => -1,
        _ => return None,
    };
    Some((call.a.into(), wanted))
}
