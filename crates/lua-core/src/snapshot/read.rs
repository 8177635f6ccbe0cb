//! Reading: bytes that nobody vouches for become a heap, or an error.
//!
//! What the machine trusts is checked here, once: that every index names an object that is there and of the right
//! kind, code by the verifier of the compiler, the parts of tables against the places of their keys, and that a
//! waiting coroutine stands at a call of its own code. New arenas are made beside the machine's own, charged to a
//! budget with the same limit, and take their place when all is well.
//!
//! Every loop is over what the bytes have, or over slots that were charged; nothing recurses.
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::collections::VecDeque;
use std::rc::Rc;

use lua_compiler::bytecode::Op;
use lua_compiler::proto::{Constant, Proto};
use ordered::{ByteMap, IdMap};
use snapshot::Reader;

use super::write::{call_at, name, status, tag};
use super::{NativeKind, Origin, SnapshotError, TAIL_CALLS_MAX, has_types};
use crate::closure::{Closure, HostFunction, LoadedProto, Native, ProtoSlot, Upvalues};
use crate::coroutine::{CalledBy, Coroutine, Frame, FrameKind, Status, WINDOW};
use crate::gc::Gc;
use crate::handle::*;
use crate::heap::arena::{Arena, Mark, Object};
use crate::heap::charge::{Budget, OutOfMemory};
use crate::heap::{Heap, proto_bytes};
use crate::limits;
use crate::native::NativeFn;
use crate::stdlib::math::Random;
use crate::string::Strings;
use crate::table::{Node, Table, state};
use crate::upvalue::Upvalue;
use crate::userdata::Userdata;
use crate::value::{Type, Value};
use crate::vm::metamethod::Event;
use crate::vm::{Vm, placeholder};

type Read<T> = Result<T, SnapshotError>;

/// Bytes of memory that a byte of code takes at most while it is decoded.
const DECODED_BYTES_MAX: usize = 48;

/// Greatest depth of native calls at which a coroutine can wait.
const DEPTH_MAX: u16 = limits::NATIVE_DEPTH_HANDLING_MAX;

/// The colour of all that is read: that of a new pool of strings.
const WHITE: Mark = Mark::WHITE_A;

/// Puts what a snapshot holds in the place of what the machine holds; the values of its roots.
pub(super) fn read(vm: &mut Vm, payload: &[u8]) -> Read<Vec<Value>> {
    let (new, roots) = Restored::read(&vm.heap, vm.depth_main, payload)?;
    new.install(vm);
    Ok(roots)
}

/// The slots of an arena that hold something.
#[derive(Default)]
struct Used(Vec<bool>);

impl Used {
    fn has(&self, slot: u32) -> bool {
        self.0.get(slot as usize).is_some_and(|is_used| *is_used)
    }

    fn slots(&self) -> std::vec::IntoIter<u32> {
        let slots: Vec<u32> =
            (0..).zip(&self.0).filter(|(_, used)| **used).map(|(n, _)| n).collect();
        slots.into_iter()
    }
}

/// All kinds of slots in use.
#[derive(Default)]
struct AllUsed {
    strings: Used,
    tables: Used,
    closures: Used,
    natives: Used,
    upvalues: Used,
    coroutines: Used,
    userdata: Used,
    protos: Used,
}

/// Where a native's name leads.
struct Source {
    name: &'static str,
    function: NativeFn,
    origin: Origin,
    upvalues: &'static [Type],
    host: Option<Rc<HostFunction>>,
}

/// A heap in the making.
struct Restored {
    budget: Budget,
    strings: Strings,
    tables: Arena<Table>,
    closures: Arena<Closure>,
    natives: Arena<Native>,
    upvalues: Arena<Upvalue>,
    coroutines: Arena<Box<Coroutine>>,
    userdata: Arena<Userdata>,
    protos: Arena<ProtoSlot>,
    gc: Gc,
    /// Of each prototype, the upvalues that must be shared variables.
    shared: Vec<u64>,
    userdata_made: u64,
    random: Random,
    shares_variables: bool,
    running: CoroutineIndex,
    registry: TableIndex,
    globals: TableIndex,
    main_globals: TableIndex,
    main: Box<Coroutine>,
    type_metatables: [TableIndex; 9],
    functions: [Value; 3],
    event_names: Vec<Value>,
    type_names: [Value; 9],
    memory_message: Value,
}

/// The parts of a reading that every step needs.
struct Image<'a> {
    input: Reader<'a>,
    used: AllUsed,
    /// The slot of the main program.
    main: u32,
}

impl Image<'_> {
    #[inline(never)]
    fn check(&self, holds: bool, what: &'static str) -> Read<()> {
        Ok(self.input.check(holds, what)?)
    }

    #[inline(never)]
    fn malformed<T>(&self, what: &'static str) -> Read<T> {
        Err(self.input.malformed(what).into())
    }

    /// Size of an arena, its free slots, and which are used.
    fn arena<T: Object>(&mut self, budget: &mut Budget) -> Read<(Arena<T>, Used)> {
        let slot = size_of::<T>().saturating_add(T::BOXED_BYTES);
        let (capacity, free, used) = self.slots(slot, budget)?;
        Ok((Arena::with_slots(used.0.len(), capacity, &free, budget)?, used))
    }

    /// The part of [`Self::arena`] that is the same for all of them, which have slots of so many bytes: capacity, free
    /// slots, and which are used.
    #[inline(never)]
    fn slots(&mut self, slot: usize, budget: &mut Budget) -> Read<(usize, Vec<u32>, Used)> {
        let len = self.input.below(u32::MAX as usize, "an arena that is too large")?;
        let capacity = self.input.below(u32::MAX as usize, "an arena that is too large")?;
        // Not even the lists of this function may be longer than what will be paid.
        if budget.room() < len.max(capacity).saturating_mul(slot) {
            return Err(SnapshotError::Memory);
        }
        let mut used = Used(vec![true; len]);
        let mut free = Vec::new();
        for _ in 0..self.input.count(2)? {
            let start = self.input.below(len, "a free slot outside its arena")?;
            let run = self.input.number()?;
            let is_up = run & 1 == 1;
            let count = usize::try_from(run >> 1).unwrap_or(usize::MAX);
            let room = if is_up { len.saturating_sub(start) } else { start.saturating_add(1) };
            self.check(count <= room, "free slots outside their arena")?;
            for step in 0..count {
                let slot = if is_up { start.checked_add(step) } else { start.checked_sub(step) };
                let slot = slot.unwrap_or(usize::MAX);
                match used.0.get_mut(slot) {
                    Some(is_used) if *is_used => *is_used = false,
                    _ => return self.malformed("a slot that is free twice"),
                }
                free.push(slot as u32);
            }
        }
        Ok((capacity, free, used))
    }

    #[inline(never)]
    fn index(&mut self, used: fn(&AllUsed) -> &Used, what: &'static str) -> Read<u32> {
        let index = self.input.small()?;
        self.check(used(&self.used).has(index), what)?;
        Ok(index)
    }

    #[inline(never)]
    fn table(&mut self) -> Read<TableIndex> {
        Ok(TableIndex(self.index(|used| &used.tables, "a table that is not there")?))
    }

    #[inline(never)]
    fn opt_table(&mut self) -> Read<TableIndex> {
        let number = self.input.number()?;
        let Some(index) = number.checked_sub(1) else { return Ok(TableIndex::NONE) };
        match u32::try_from(index) {
            Ok(index) if self.used.tables.has(index) => Ok(TableIndex(index)),
            _ => self.malformed("a table that is not there"),
        }
    }

    /// A value that may stand anywhere.
    #[inline(never)]
    fn value(&mut self, strings: &Strings) -> Read<Value> {
        let tag = self.input.byte()?;
        self.tagged(tag, strings)
    }

    #[inline(never)]
    fn tagged(&mut self, tag: u8, strings: &Strings) -> Read<Value> {
        Ok(match tag {
            tag::NIL => Value::NIL,
            tag::FALSE => Value::FALSE,
            tag::TRUE => Value::TRUE,
            tag::INTEGER => match i32::try_from(self.input.signed()?) {
                Ok(whole) => Value::number(whole.into()),
                Err(_) => return self.malformed("a whole number that is too large"),
            },
            // Whatever a NaN carries goes here.
            tag::DOUBLE => Value::number(self.input.double()?),
            tag::LIGHT => Value::light_userdata(self.input.small()?),
            tag::STRING => {
                let index = self.index(|used| &used.strings, "a string that is not there")?;
                strings.value_at(StringIndex(index))
            }
            tag::TABLE => self.table()?.into(),
            tag::CLOSURE => {
                let index = self.index(|used| &used.closures, "a function that is not there")?;
                ClosureIndex(index).into()
            }
            tag::NATIVE => {
                let index = self.index(|used| &used.natives, "a native that is not there")?;
                NativeIndex(index).into()
            }
            tag::USERDATA => {
                let index = self.index(|used| &used.userdata, "a userdata that is not there")?;
                UserdataIndex(index).into()
            }
            tag::COROUTINE => {
                let index = self.index(|used| &used.coroutines, "a coroutine that is not there")?;
                self.check(index != self.main, "the main program as a value")?;
                CoroutineIndex(index).into()
            }
            _ => return self.malformed("a value of no kind"),
        })
    }

    /// A value of a closure: it may stand for a variable that is shared.
    #[inline(never)]
    fn captured(&mut self, strings: &Strings) -> Read<Value> {
        match self.input.byte()? {
            tag::SHARED => {
                let index = self.index(|used| &used.upvalues, "a variable that is not there")?;
                Ok(Value::shared(UpvalueIndex(index)))
            }
            tag => self.tagged(tag, strings),
        }
    }

    /// The key of a node: it may be dead.
    #[inline(never)]
    fn key(&mut self, strings: &Strings) -> Read<Value> {
        match self.input.byte()? {
            tag::DEAD => {
                let index = self.input.small()?;
                let kind = self.input.below(8, "a dead key of no kind")?;
                Ok(Value::dead_key_of(kind as u8, index))
            }
            tag => self.tagged(tag, strings),
        }
    }

    #[inline(never)]
    fn text(&mut self) -> Read<String> {
        match core::str::from_utf8(self.input.bytes()?) {
            Ok(text) => Ok(text.into()),
            Err(_) => self.malformed("a name that is no text"),
        }
    }
}

/// An empty vector with room for `count` items, which is charged.
fn room_for<T>(count: usize, budget: &mut Budget) -> Read<Vec<T>> {
    budget.charge(count.checked_mul(size_of::<T>()).ok_or(OutOfMemory)?)?;
    Ok(Vec::with_capacity(count))
}

impl Restored {
    fn read(heap: &Heap, host_depth: u16, payload: &[u8]) -> Read<(Self, Vec<Value>)> {
        let mut image = Image { input: Reader::new(payload), used: AllUsed::default(), main: 0 };
        let image = &mut image;
        let mut budget = Budget::new(heap.budget.limit);
        let shares_variables = image.input.flag()?;
        let random = Random::at(image.input.fixed()?);
        let mut gc = Gc::new();
        let mut setting = || -> Read<i32> {
            i32::try_from(image.input.signed()?)
                .map_err(|_| image.input.malformed("a setting that is too large").into())
        };
        gc.pause = setting()?;
        gc.step_multiplier = setting()?;
        gc.stopped = image.input.flag()?;
        let userdata_made = image.input.number()?;
        let bucket_bits = image.input.below(31, "too many buckets")?;

        let (arena, used) = image.arena(&mut budget)?;
        image.used.strings = used;
        // A pool is never much larger than what was in it once.
        let buckets = 1_usize << bucket_bits;
        let strings = heap.strings.emptied(arena, buckets, &mut budget)?;
        let (tables, used) = image.arena(&mut budget)?;
        image.used.tables = used;
        let (closures, used) = image.arena(&mut budget)?;
        image.used.closures = used;
        let (natives, used) = image.arena(&mut budget)?;
        image.used.natives = used;
        let (upvalues, used) = image.arena(&mut budget)?;
        image.used.upvalues = used;
        image.main = image.input.small()?;
        let (coroutines, used) = image.arena(&mut budget)?;
        image.used.coroutines = used;
        let has_main = image.used.coroutines.has(0) && image.used.coroutines.has(image.main);
        image.check(has_main, "no main program")?;
        let (userdata, used) = image.arena(&mut budget)?;
        image.used.userdata = used;
        let (protos, used) = image.arena(&mut budget)?;
        image.used.protos = used;
        let mut new = Restored {
            budget,
            strings,
            tables,
            closures,
            natives,
            upvalues,
            coroutines,
            userdata,
            protos,
            gc,
            shared: Vec::new(),
            userdata_made,
            random,
            shares_variables,
            running: CoroutineIndex(0),
            registry: TableIndex::NONE,
            globals: TableIndex::NONE,
            main_globals: TableIndex::NONE,
            main: Box::new(Coroutine::empty()),
            type_metatables: [TableIndex::NONE; 9],
            functions: [Value::NIL; 3],
            event_names: Vec::new(),
            type_names: [Value::NIL; 9],
            memory_message: Value::NIL,
        };
        new.read_strings(image)?;
        let sources = sources(heap, image)?;
        new.read_protos(image)?;
        new.read_tables(image)?;
        new.read_closures(image)?;
        new.read_natives(image, &sources)?;
        let open = new.read_upvalues(image)?;
        new.read_userdata(image, heap)?;
        new.read_coroutines(image)?;
        new.open_variables(image, open)?;
        new.running = CoroutineIndex(image.main);
        let roots = new.read_roots(image, host_depth)?;
        image.input.finish()?;
        new.own_strings()?;
        Ok((new, roots))
    }

    fn read_strings(&mut self, image: &mut Image<'_>) -> Read<()> {
        for slot in image.used.strings.slots() {
            let bytes = image.input.bytes()?;
            image.check(bytes.len() <= limits::STRING_LEN_MAX, "a string that is too long")?;
            let placed = self.strings.place(StringIndex(slot), bytes, &mut self.budget)?;
            image.check(placed.is_some(), "a string that is there twice")?;
        }
        Ok(self.strings.find_fixed(&mut self.budget)?)
    }

    // ---- functions -------------------------------------------------------------------------------

    fn read_protos(&mut self, image: &mut Image<'_>) -> Read<()> {
        self.shared = vec![0; self.protos.slots.len()];
        // Per slot: how deep functions lie inside of it, and whether it is inside of another.
        let mut known: Vec<(u8, bool)> = vec![(0, false); self.protos.slots.len()];
        for _ in 0..image.used.protos.slots().len() {
            let index = ProtoIndex(image.index(|used| &used.protos, "code that is not there")?);
            let source = image.index(|used| &used.strings, "a source that is not there")?;
            let source = self.strings.value_at(StringIndex(source));
            let code = image.input.bytes()?;
            if code.len().saturating_mul(DECODED_BYTES_MAX) > self.budget.room() {
                return Err(SnapshotError::Memory);
            }
            let Ok(def) = lua_compiler::encode::decode_alone(code) else {
                return image.malformed("code that is none");
            };
            let child_count = image.input.count(1)?;
            let mut children = Vec::with_capacity(child_count.min(image.input.left()));
            let mut depth = 0;
            for _ in 0..child_count {
                let child = ProtoIndex(image.index(|used| &used.protos, "code that is not there")?);
                let slot = self.protos.slots.get(child.slot());
                let Some(proto) = slot.and_then(|slot| slot.proto.clone()) else {
                    return image.malformed("code before what is inside of it");
                };
                let Some((child_depth, is_inside)) = known.get_mut(child.slot()) else {
                    return image.malformed("code that is not there");
                };
                image
                    .check(!core::mem::replace(is_inside, true), "code inside of two functions")?;
                depth = depth.max(child_depth.saturating_add(1));
                children.push(proto);
            }
            image.check(depth <= 200, "functions that are nested too deep")?;
            let inside = children.iter().map(|child: &Rc<LoadedProto>| &child.def);
            if lua_compiler::verify::verify_alone(&def, inside.clone()).is_err() {
                return image.malformed("code that does not verify");
            }
            let mut of_child = children
                .iter()
                .map(|child| self.shared.get(child.index.slot()).copied().unwrap_or_default());
            let Some(shared) = must_be_shared(&def, inside.zip(&mut of_child)) else {
                return image.malformed("an assignment to a variable that is not shared");
            };
            let bytes = proto_bytes(&def, children.len());
            self.budget.charge(bytes)?;
            let mut constants = Vec::with_capacity(def.constants.len());
            for constant in &def.constants {
                constants.push(match constant {
                    Constant::Nil => Value::NIL,
                    Constant::Boolean(b) => Value::boolean(*b),
                    Constant::Number(n) => Value::number(*n),
                    Constant::String(bytes) => self.strings.intern(bytes, &mut self.budget)?,
                });
            }
            let constants = constants.into();
            let children = children.into();
            let loaded = Rc::new(LoadedProto { def, source, constants, children, index, bytes });
            let slot = self.protos.slots.get_mut(index.slot());
            let Some(slot @ ProtoSlot { proto: None, .. }) = slot else {
                return image.malformed("code that is there twice");
            };
            *slot = ProtoSlot { proto: Some(loaded), mark: WHITE };
            if let Some(known) = known.get_mut(index.slot()) {
                known.0 = depth;
            }
            if let Some(slot) = self.shared.get_mut(index.slot()) {
                *slot = shared;
            }
        }
        Ok(())
    }

    fn read_closures(&mut self, image: &mut Image<'_>) -> Read<()> {
        for slot in image.used.closures.slots() {
            let proto = ProtoIndex(image.index(|used| &used.protos, "code that is not there")?);
            let slot_of_proto = self.protos.slots.get(proto.slot());
            let Some(proto) = slot_of_proto.and_then(|slot| slot.proto.clone()) else {
                return image.malformed("code that is not there");
            };
            let environment = image.table()?;
            let mut upvalues = Upvalues::new();
            let shared = self.shared.get(proto.index.slot()).copied().unwrap_or_default();
            for number in 0..proto.def.upvalues.len() {
                let value = image.captured(&self.strings)?;
                let may_be_plain = shared >> number & 1 == 0;
                image.check(
                    may_be_plain || value.as_shared().is_some(),
                    "a variable that is not shared",
                )?;
                upvalues.push(value);
            }
            let closure = Closure { proto: Some(proto), upvalues, environment, mark: WHITE };
            self.budget.charge(closure.outside_bytes())?;
            if let Some(slot) = self.closures.slots.get_mut(slot as usize) {
                *slot = closure;
            }
        }
        Ok(())
    }

    fn read_natives(&mut self, image: &mut Image<'_>, sources: &[Source]) -> Read<()> {
        for slot in image.used.natives.slots() {
            let number = image.input.below(sources.len(), "a native without a name")?;
            let Some(source) = sources.get(number) else {
                return image.malformed("a native without a name");
            };
            let environment = image.table()?;
            let count = image.input.count(1)?;
            image.check(count == source.upvalues.len(), "other upvalues than a native has")?;
            let mut upvalues = room_for(count, &mut self.budget)?;
            for _ in 0..count {
                upvalues.push(image.value(&self.strings)?);
            }
            image
                .check(has_types(&upvalues, source.upvalues), "other upvalues than a native has")?;
            if let Some(slot) = self.natives.slots.get_mut(slot as usize) {
                *slot = Native {
                    function: source.function,
                    name: source.name,
                    origin: source.origin.clone(),
                    upvalues: upvalues.into(),
                    host: source.host.clone(),
                    environment,
                    mark: WHITE,
                };
            }
        }
        Ok(())
    }

    // ---- tables and userdata ---------------------------------------------------------------------

    fn read_tables(&mut self, image: &mut Image<'_>) -> Read<()> {
        for slot in image.used.tables.slots() {
            let metatable = image.opt_table()?;
            let is_read_only = image.input.flag()?;
            let count = image.input.count(1)?;
            let mut array = room_for(count, &mut self.budget)?;
            for _ in 0..count {
                array.push(image.value(&self.strings)?);
            }
            let count = image.input.count(1)?;
            let free_pointer = image.input.small()?;
            let mut nodes = room_for(count, &mut self.budget)?;
            for _ in 0..count {
                let key = image.key(&self.strings)?;
                if key.is_nil() {
                    nodes.push(Node::EMPTY);
                    continue;
                }
                let value = image.value(&self.strings)?;
                let next = image.input.below(count.saturating_add(1), "a link out of the nodes")?;
                nodes.push(Node::linked(key, value, next.checked_sub(1)));
            }
            let mut table = Table::from_parts(array, nodes, free_pointer);
            if let Some(fault) = table.fault(&self.strings) {
                return image.malformed(fault);
            }
            table.metatable = metatable;
            table.set_mark(WHITE);
            if is_read_only {
                table.state |= state::READ_ONLY;
            }
            if let Some(slot) = self.tables.slots.get_mut(slot as usize) {
                *slot = table;
            }
        }
        Ok(())
    }

    fn read_userdata(&mut self, image: &mut Image<'_>, heap: &Heap) -> Read<()> {
        for slot in image.used.userdata.slots() {
            let metatable = image.opt_table()?;
            let environment = image.table()?;
            let finalized = image.input.flag()?;
            let serial = image.input.number()?;
            let (mut data, mut bytes) = (None, 0);
            if image.input.flag()? {
                let name = image.text()?;
                let saved = image.input.bytes()?;
                let kind = heap.declared.userdata.iter().find(|kind| kind.name == name);
                let Some((loaded, size)) = kind.and_then(|kind| (kind.load)(saved)) else {
                    return Err(SnapshotError::MissingUserdata(name.into()));
                };
                self.budget.charge(size)?;
                (data, bytes) = (Some(loaded), size);
            }
            if let Some(slot) = self.userdata.slots.get_mut(slot as usize) {
                *slot = Userdata {
                    data,
                    bytes,
                    metatable,
                    environment,
                    finalized,
                    serial,
                    mark: WHITE,
                };
            }
        }
        Ok(())
    }

    // ---- variables and coroutines ----------------------------------------------------------------

    /// Reads all variables; those in stacks are given back, by their place: coroutine and index.
    fn read_upvalues(&mut self, image: &mut Image<'_>) -> Read<IdMap<u64, UpvalueIndex>> {
        let mut open = IdMap::default();
        for slot in image.used.upvalues.slots() {
            let (mut value, mut at, mut owner) =
                (Value::NIL, Upvalue::CLOSED, CoroutineIndex::NONE);
            if image.input.flag()? {
                let index =
                    image.index(|used| &used.coroutines, "a coroutine that is not there")?;
                at = image.input.small()?;
                owner = CoroutineIndex(index);
                let place = u64::from(index) << 32 | u64::from(at);
                let is_new = open.insert(place, UpvalueIndex(slot)).is_none();
                image.check(is_new && index != image.main, "a variable that is there twice")?;
            } else {
                value = image.value(&self.strings)?;
            }
            if let Some(slot) = self.upvalues.slots.get_mut(slot as usize) {
                *slot = Upvalue { value, at, owner, mark: WHITE };
            }
        }
        Ok(open)
    }

    /// Tells the coroutines which variables live in their stacks.
    fn open_variables(&mut self, image: &Image<'_>, open: IdMap<u64, UpvalueIndex>) -> Read<()> {
        for (place, &upvalue) in open.iter() {
            let (owner, at) = ((place >> 32) as u32, place as u32);
            let Some(co) = self.coroutines.slots.get_mut(owner as usize) else {
                return image.malformed("a coroutine that is not there");
            };
            let first = co.frames.first().map(|frame| frame.base);
            let is_inside = first.is_some_and(|first| first <= at)
                && (at as usize).saturating_add(WINDOW) < co.stack.len();
            image.check(is_inside, "a variable outside of its stack")?;
            // In ascending order, as the map has them.
            co.open.push(upvalue);
            co.open_top = at.saturating_add(1);
        }
        Ok(())
    }

    fn read_coroutines(&mut self, image: &mut Image<'_>) -> Read<()> {
        for slot in image.used.coroutines.slots() {
            let is_main = slot == image.main;
            let co = if is_main { placeholder() } else { self.read_coroutine(image)? };
            if let Some(slot) = self.coroutines.slots.get_mut(slot as usize) {
                *slot = co;
                slot.mark = WHITE;
            }
        }
        Ok(())
    }

    fn read_coroutine(&mut self, image: &mut Image<'_>) -> Read<Box<Coroutine>> {
        let mut co = Box::new(Coroutine::empty());
        let status = image.input.byte()?;
        co.globals = image.table()?;
        if status == status::DEAD {
            return Ok(co);
        }
        image.check(status <= status::WAITING, "a coroutine of no kind")?;
        co.status = Status::Suspended;
        if image.input.flag()? {
            co.frames_limit = frames_max(co.hidden_frames);
        }
        let stack_len = image.input.below(1 << 28, "a stack that is too large")?;
        if status == status::NEW {
            let function = image.value(&self.strings)?;
            image.check(function.as_closure().is_some(), "a coroutine of no function")?;
            co.make_stack(stack_len, 1, &mut self.budget)?;
            if let Some(first) = co.stack.first_mut() {
                *first = function;
            }
            co.top = 1;
            return Ok(co);
        }
        co.depth_base =
            image.input.below(usize::from(DEPTH_MAX), "a coroutine that is too deep")? as u16;
        let frame_count = image.input.count(3)?;
        let frames_max = limits::FRAMES_MAX.saturating_add(limits::FRAMES_HANDLING);
        image.check((1..=frames_max).contains(&frame_count), "a number of frames")?;
        let mut places = Vec::with_capacity(frame_count);
        for _ in 0..frame_count {
            let (base, pc) = (image.input.small()?, image.input.small()?);
            let tail_calls = image.input.small()?;
            image.check(tail_calls <= TAIL_CALLS_MAX, "too many tail calls")?;
            places.push((base, pc, tail_calls));
        }
        let limit = image.input.count(1)?;
        co.make_stack(stack_len, limit, &mut self.budget)?;
        for index in 0..limit {
            let value = image.value(&self.strings)?;
            if let Some(slot) = co.stack.get_mut(index) {
                *slot = value;
            }
        }
        self.push_frames(image, &mut co, &places, limit)?;
        Ok(co)
    }

    /// Rebuilds the frames of a coroutine: each is of the function that the one below calls.
    fn push_frames(
        &mut self,
        image: &Image<'_>,
        co: &mut Coroutine,
        places: &[(u32, u32, u32)],
        limit: usize,
    ) -> Read<()> {
        let mut call = (0, -1, CalledBy::Entry);
        for &(base, pc, tail_calls) in places {
            let (function, wanted, called_by) = call;
            let callee = co.stack.get(function as usize).and_then(|value| value.as_closure());
            let closure = callee.and_then(|index| self.closures.slots.get(index.slot()));
            let (Some(index), Some(proto)) =
                (callee, closure.and_then(|closure| closure.proto.as_deref()))
            else {
                return image.malformed("a frame of no function");
            };
            let above = u64::from(function).saturating_add(1);
            let is_placed = if proto.def.is_vararg {
                above.saturating_add(proto.def.params.into()) <= base.into()
            } else {
                above == u64::from(base)
            };
            image.check(is_placed, "a frame out of its place")?;
            let next = call_at(&proto.def.code, pc);
            let next = next.and_then(|(a, wanted)| Some((base.checked_add(a)?, wanted)));
            let Some((at, next_wanted)) = next else {
                return image.malformed("a frame that calls nothing");
            };
            let end = u64::from(base).saturating_add(proto.def.registers.into());
            image.check(u64::from(at) < limit as u64, "a frame outside of its stack")?;
            let frame = Frame {
                proto: None,
                function,
                base,
                pc,
                top: 0,
                tail_calls,
                closure: index,
                wanted,
                depth: co.depth_base,
                kind: FrameKind::Lua,
                called_by,
                waiting: false,
            };
            co.push_frame(frame, &mut self.budget)?;
            call = (at, next_wanted, CalledBy::Instruction);
            // Of the last frame all registers are there; what lies above a call is not in use.
            if co.frames.len() == places.len() {
                image.check(end == limit as u64, "a stack of another size than its frames")?;
            }
        }
        let (at, wanted, called_by) = call;
        co.yielded = Some((at, wanted, called_by));
        co.top = (at as usize).saturating_add(1);
        Ok(())
    }

    // ---- the rest --------------------------------------------------------------------------------

    fn read_roots(&mut self, image: &mut Image<'_>, host_depth: u16) -> Read<Vec<Value>> {
        self.registry = image.table()?;
        self.globals = image.table()?;
        self.main_globals = image.table()?;
        let registry = self.tables.slots.get(self.registry.slot());
        let is_open = registry.is_some_and(|table| table.state & state::READ_ONLY == 0);
        image.check(is_open, "a registry that is read-only")?;
        if image.input.flag()? {
            self.main.frames_limit = frames_max(host_depth as u8);
        } else {
            let limit = limits::FRAMES_FIRST_MAX.saturating_sub(host_depth.into());
            self.main.frames_limit = limit;
        }
        for number in 0..self.type_metatables.len() {
            let metatable = image.opt_table()?;
            if let Some(slot) = self.type_metatables.get_mut(number) {
                *slot = metatable;
            }
        }
        for (number, name) in ["next", "next", "tostring"].into_iter().enumerate() {
            let value = image.value(&self.strings)?;
            let native = value.as_native().and_then(|native| self.natives.slots.get(native.slot()));
            image.check(
                native.is_some_and(|native| native.name == name),
                "a function that is another one",
            )?;
            if let Some(slot) = self.functions.get_mut(number) {
                *slot = value;
            }
        }
        let mut finalizable = VecDeque::new();
        for _ in 0..image.input.count(1)? {
            let index = image.index(|used| &used.userdata, "a userdata that is not there")?;
            finalizable.push_back(UserdataIndex(index));
        }
        self.gc.finalizable = finalizable;
        let mut roots = Vec::new();
        for _ in 0..image.input.count(1)? {
            roots.push(image.value(&self.strings)?);
        }
        Ok(roots)
    }

    /// The strings that the machine itself has.
    fn own_strings(&mut self) -> Read<()> {
        let Self { strings, budget, .. } = self;
        for event in Event::ALL {
            self.event_names.push(strings.intern(event.name().as_bytes(), budget)?);
        }
        for kind in Type::ALL {
            let name = strings.intern(kind.name().as_bytes(), budget)?;
            if let Some(slot) = self.type_names.get_mut(kind as usize) {
                *slot = name;
            }
        }
        self.memory_message = strings.intern(b"not enough memory", budget)?;
        self.main.make_stack(0, 0, budget)?;
        Ok(())
    }

    /// Takes the place of what the machine holds.
    fn install(self, vm: &mut Vm) {
        let heap = &mut vm.heap;
        let peak = heap.budget.peak;
        heap.budget = self.budget;
        heap.budget.peak = heap.budget.peak.max(peak);
        heap.strings = self.strings;
        heap.tables = self.tables;
        heap.closures = self.closures;
        heap.natives = self.natives;
        heap.upvalues = self.upvalues;
        heap.coroutines = self.coroutines;
        heap.userdata = self.userdata;
        heap.protos = self.protos;
        heap.gc = self.gc;
        heap.roots.move_to([
            (heap.globals.into(), self.globals.into()),
            (heap.registry.into(), self.registry.into()),
        ]);
        heap.userdata_made = self.userdata_made;
        heap.random = self.random;
        heap.shares_variables = self.shares_variables;
        heap.registry = self.registry;
        heap.globals = self.globals;
        heap.type_metatables = self.type_metatables;
        [heap.next_function, heap.pairs_function, heap.tostring_function] = self.functions;
        heap.event_names = self.event_names;
        heap.type_names = self.type_names;
        heap.memory_message = self.memory_message;
        heap.raised = Value::NIL;
        heap.traceback.clear();
        heap.running = self.running;
        let mut main = self.main;
        main.status = Status::Running;
        main.globals = self.main_globals;
        main.hidden_frames = vm.depth_main as u8;
        main.mark = WHITE;
        vm.co = main;
    }
}

/// Most frames of a coroutine that has passed the first limit.
fn frames_max(hidden_frames: u8) -> usize {
    limits::FRAMES_MAX.saturating_sub(hidden_frames.into())
}

/// Which natives the names of the snapshot mean here.
fn sources(heap: &Heap, image: &mut Image<'_>) -> Read<Vec<Source>> {
    let mut known: ByteMap<&Native> = ByteMap::default();
    for native in heap.natives.slots.iter().filter(|native| native.mark != Mark::FREE) {
        let key = match &native.origin {
            Origin::Made => continue,
            Origin::Library(library) => name::key(name::LIBRARY, library, native.name),
            Origin::Host(name) => name::key(name::HOST, "", name),
        };
        if !known.contains_key(&key) {
            known.insert(key, native);
        }
    }
    let mut sources = Vec::new();
    for _ in 0..image.input.count(3)? {
        let kind = image.input.byte()?;
        let (library, own) = (image.text()?, image.text()?);
        let there = match kind {
            name::MADE => {
                let mut kinds = heap.declared.natives(&own);
                kinds.find(|kind| kind.signature() == library).map(made)
            }
            name::LIBRARY => known.get(&name::key(kind, &library, &own)).map(|native| of(native)),
            name::HOST => known.get(&name::key(kind, "", &own)).map(|native| of(native)),
            _ => return image.malformed("a name of no kind"),
        };
        let Some(source) = there else {
            let is_in_library = kind == name::LIBRARY && !library.is_empty();
            let name = if is_in_library { format!("{library}.{own}") } else { own };
            return Err(SnapshotError::MissingNative(name.into()));
        };
        sources.push(source);
    }
    Ok(sources)
}

fn made(kind: &NativeKind) -> Source {
    let &NativeKind { name, function, upvalues } = kind;
    Source { name, function, origin: Origin::Made, upvalues, host: None }
}

fn of(native: &Native) -> Source {
    Source {
        name: native.name,
        function: native.function,
        origin: native.origin.clone(),
        upvalues: &[],
        host: native.host.clone(),
    }
}

/// The upvalues that the function assigns to itself.
fn assigned(def: &Proto) -> u64 {
    let sets = def.code.iter().filter(|instruction| instruction.op == Op::SetUpvalue);
    sets.fold(0, |shared, instruction| {
        shared | 1_u64.checked_shl(instruction.b.into()).unwrap_or(0)
    })
}

/// The upvalues that the function or one inside of it assigns to; nothing when one inside takes the value of such a
/// variable instead of sharing it. `children` are the functions in it, with what is known of them.
fn must_be_shared<'a>(
    def: &Proto,
    children: impl Iterator<Item = (&'a Proto, u64)>,
) -> Option<u64> {
    let mut shared = assigned(def);
    for (child, shared_in_child) in children {
        for (number, upvalue) in child.upvalues.iter().enumerate() {
            if shared_in_child >> number & 1 == 0 {
                continue;
            }
            if !upvalue.from_register {
                shared |= 1_u64.checked_shl(upvalue.index.into()).unwrap_or(0);
            } else if upvalue.by_value {
                return None;
            }
        }
    }
    Some(shared)
}

impl Coroutine {
    /// Gives a coroutine that has no stack one of `wish` values, or what `limit` of them need.
    fn make_stack(
        &mut self,
        wish: usize,
        limit: usize,
        budget: &mut Budget,
    ) -> Result<(), OutOfMemory> {
        let len = wish.max(limit.saturating_add(WINDOW));
        let bytes = len.checked_mul(size_of::<Value>()).ok_or(OutOfMemory)?;
        budget.charge(bytes)?;
        self.bytes = self.bytes.saturating_add(bytes);
        self.stack = vec![Value::NIL; len];
        Ok(())
    }
}
