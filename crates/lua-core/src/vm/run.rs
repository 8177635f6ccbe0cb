//! The loop: one instruction after another, until the machine has to stop.
//!
//! Invariant: while a Lua frame runs, `pc`, its code, its constants and its registers are locals; the frame
//! gets `pc` back (`save!`) before anything that may look at it: calls, errors, safepoints. What is not one
//! of the short cases below is a [`Step`](crate::vm::call::Step), taken outside this function.

use lua_compiler::bytecode::{Instruction, Op};

use crate::closure::Upvalues;
use crate::coroutine::{CalledBy, Coroutine, WINDOW};
use crate::error::{Ending, Failure};
use crate::heap::Heap;
use crate::native::{CallContext, Outcome, internal};
use crate::number;
use crate::table::size_from_byte;
use crate::value::Value;
use crate::vm::arith::{self, Concatenation};
use crate::vm::call::{self, CallRequest, Delivery, Direct, Flow, Step};
use crate::vm::hook;
use crate::vm::index;
use crate::vm::metamethod::Event;
use crate::vm::raise;
use crate::vm::slow::{self, Compared, Slow};

/// A frame's registers.
type Window = [Value; WINDOW];

/// The registers from stack index `base` on; the stack always reaches that far.
#[inline(always)]
fn window(stack: &mut [Value], base: usize) -> &mut Window {
    match stack[base..].first_chunk_mut() {
        Some(window) => window,
        None => unreachable_window(),
    }
}

#[cold]
#[inline(never)]
fn unreachable_window() -> ! {
    unreachable!("a frame's window lies inside its stack")
}

/// Runs until the first frame has returned, fuel is used up, or the host is asked.
///
/// # Errors
/// When a failure is caught nowhere.
pub(crate) fn execute(
    heap: &mut Heap,
    co: &mut Box<Coroutine>,
    first: Step,
) -> Result<Flow, Failure> {
    let mut flow = call::drive(heap, co, first)?;
    loop {
        if flow != Flow::Reload {
            return Ok(flow);
        }
        // Without one of the features there are no hooks, and the second loop is not in the program.
        let can_watch = cfg!(any(feature = "debug", feature = "debugger"));
        let hooked = can_watch && hook::is_watched(heap, co);
        let result = if hooked { run::<true>(heap, co) } else { run::<false>(heap, co) };
        flow = match result {
            Ok(flow) => flow,
            Err(failure) => {
                let step = raise::handle(heap, co, failure)?;
                call::drive(heap, co, step)?
            }
        };
    }
}

/// The loop over instructions. With `HOOKED` it looks for the events of `debug.sethook`, and for where a debugger
/// wants it to stop.
#[inline(never)]
fn run<const HOOKED: bool>(heap: &mut Heap, co: &mut Box<Coroutine>) -> Result<Flow, Failure> {
    'frame: loop {
        let Some(frame) = co.frames.last_mut() else { return Err(internal()) };
        let base = frame.base as usize;
        let mut pc = frame.pc as usize;
        let closure = frame.closure;
        let proto = match frame.proto.take() {
            Some(proto) => proto,
            None => match &heap.closures[closure].proto {
                Some(proto) => proto.clone(),
                None => return Err(internal()),
            },
        };
        let code: &[Instruction] = &proto.def.code;
        let constants: &[Value] = &proto.constants;
        let mut registers = window(&mut co.stack, base);

        // The frame learns where it is.
        macro_rules! save {
            () => {
                if let Some(frame) = co.frames.last_mut() {
                    frame.pc = pc as u32;
                }
            };
        }
        macro_rules! reg {
            ($index:expr) => {
                registers[$index as usize]
            };
        }
        // Outside the loop: a step that leaves a Lua frame on top, usually this one.
        macro_rules! flow {
            ($flow:expr) => {
                match $flow {
                    Flow::Reload => {
                        if hook::is_watched(heap, co) != HOOKED {
                            return Ok(Flow::Reload);
                        }
                        continue 'frame;
                    }
                    flow => return Ok(flow),
                }
            };
        }
        macro_rules! drive {
            ($step:expr) => {{
                let step = $step;
                flow!(call::drive(heap, co, step)?)
            }};
        }
        // Natives are called by the loop itself: no hook wants to hear of them. A debugger stops at lines only, and
        // the run must use the same fuel with it as without.
        macro_rules! direct {
            () => {
                !HOOKED || !co.hook.is_set()
            };
        }
        // The stack index behind the registers.
        macro_rules! above {
            () => {
                base + usize::from(proto.def.registers)
            };
        }
        // The long half of an instruction, taken outside this function.
        macro_rules! slow {
            ($call:expr) => {{
                save!();
                match $call? {
                    Slow::Done => registers = window(&mut co.stack, base),
                    Slow::Gone(flow) => flow!(flow),
                }
            }};
        }
        // Fuel for a back edge or a call; suspends when it is used up.
        macro_rules! safepoint {
            ($fuel:expr) => {
                heap.fuel -= $fuel;
                if heap.fuel <= 0 {
                    save!();
                    heap.check_ended()?;
                    return Ok(Flow::OutOfFuel);
                }
            };
        }
        // After an allocation: the collector may want to work.
        macro_rules! collect {
            () => {
                if heap.collection_is_due() {
                    save!();
                    drive!(call::collect(heap, co)?);
                }
            };
        }
        macro_rules! read_slow {
            ($a:expr, $object:expr, $key:expr) => {
                slow!(slow::read(heap, co, $object, $key, base + $a as usize, above!()))
            };
        }
        macro_rules! write_slow {
            ($object:expr, $key:expr, $value:expr) => {
                slow!(slow::write(heap, co, $object, $key, $value, above!()))
            };
        }
        // A field by constant string.
        macro_rules! get_field {
            ($a:expr, $object:expr, $key:expr) => {{
                let (object, key) = ($object, $key);
                if let Some(table) = object.as_table() {
                    let table = &heap.tables[table];
                    let value = table.get_string(key, &heap.strings);
                    if !value.is_nil() || !table.metatable.is_some() {
                        reg!($a) = value;
                    } else if let Some(value) = index::inherited(heap, object, key) {
                        reg!($a) = value;
                    } else {
                        read_slow!($a, object, key)
                    }
                } else {
                    read_slow!($a, object, key)
                }
            }};
        }
        macro_rules! set_field {
            ($object:expr, $key:expr, $value:expr) => {{
                let (object, key, value) = ($object, $key, $value);
                if let Some(table) = object.as_table() {
                    let table = &mut heap.tables[table];
                    if !table.is_slow_write()
                        && let Some(slot) = table.string_slot_mut(key)
                        && !slot.is_nil()
                    {
                        *slot = value;
                    } else {
                        write_slow!(object, key, value)
                    }
                } else {
                    write_slow!(object, key, value)
                }
            }};
        }
        macro_rules! set_index {
            ($object:expr, $key:expr, $value:expr) => {{
                let (object, key, value) = ($object, $key, $value);
                if let Some(index) = object.as_table()
                    && let table = &mut heap.tables[index]
                    && !table.is_slow_write()
                    && let plain = !table.metatable.is_some()
                    && let Some(slot) = table.array_slot_mut(key)
                    && (plain || !slot.is_nil())
                {
                    *slot = value;
                } else {
                    slow!(slow::write_outside_array(heap, co, object, key, value, above!()))
                }
            }};
        }
        macro_rules! arithmetic {
            ($i:expr, $left:expr, $right:expr, $event:expr, $compute:expr) => {
                arithmetic!($i, $left, $right, $event, $compute, Value::arithmetic)
            };
            ($i:expr, $left:expr, $right:expr, $event:expr, $compute:expr, $value:path) => {{
                let (left, right) = ($left, $right);
                if left.is_number() && right.is_number() {
                    let (x, y) = (left.number_bits(), right.number_bits());
                    #[allow(
                        clippy::redundant_closure_call,
                        reason = "the operation is a parameter"
                    )]
                    let result = $compute(x, y);
                    reg!($i.a) = $value(result, x, y);
                } else {
                    let to = base + $i.a as usize;
                    slow!(slow::arithmetic(heap, co, $event, left, right, to, above!()))
                }
            }};
        }
        // The Jump behind a test: taken or skipped.
        macro_rules! branch {
            ($taken:expr) => {
                if $taken {
                    let offset = code[pc].se();
                    pc = (pc as isize + 1 + offset as isize) as usize;
                    if offset < 0 {
                        safepoint!(1);
                    }
                } else {
                    pc += 1;
                }
            };
        }
        macro_rules! compare {
            ($i:expr, $left:expr, $right:expr, $numbers:expr, $slow:path) => {{
                let (left, right) = ($left, $right);
                let holds = if left.is_number() && right.is_number() {
                    $numbers(&left.number_bits(), &right.number_bits())
                } else {
                    save!();
                    match $slow(heap, co, left, right, above!())? {
                        Compared::Answer(answer) => {
                            registers = window(&mut co.stack, base);
                            answer
                        }
                        Compared::Gone(flow) => flow!(flow),
                    }
                };
                branch!(holds == ($i.c != 0));
            }};
        }
        macro_rules! equal {
            ($i:expr, $left:expr, $right:expr) => {{
                let (left, right) = ($left, $right);
                let holds = if left == right {
                    // The same bits are the same value, but for NaN.
                    !left.is_number() || !left.number_bits().is_nan()
                } else if left.is_number() {
                    right.is_number() && left.number_bits() == right.number_bits()
                } else if left.as_table().is_some() || left.as_userdata().is_some() {
                    save!();
                    match slow::equal(heap, co, left, right, above!())? {
                        Compared::Answer(answer) => {
                            registers = window(&mut co.stack, base);
                            answer
                        }
                        Compared::Gone(flow) => flow!(flow),
                    }
                } else {
                    false
                };
                branch!(holds == ($i.c != 0));
            }};
        }
        // Hands `count` results at stack index `from` to the caller.
        macro_rules! return_values {
            ($from:expr, $count:expr) => {{
                let (from, count): (usize, usize) = ($from, $count);
                if co.open_top as usize > base {
                    call::close_upvalues(heap, co, base);
                }
                let Some(frame) = co.frames.pop_in_place() else { return Err(internal()) };
                let (function, wanted) = (frame.function as usize, frame.wanted);
                let (called_by, aux) = (frame.called_by, frame.top);
                co.stack.copy_within(from..from + count, function);
                if called_by == CalledBy::Instruction {
                    call::adjust(co, function, count, wanted);
                    continue 'frame;
                }
                if called_by == CalledBy::Native && direct!() {
                    flow!(call::callback_returned(heap, co, function, count, wanted)?)
                }
                flow!(call::returned(
                    heap,
                    co,
                    Delivery { function, count, wanted, called_by, aux }
                )?)
            }};
        }

        loop {
            if HOOKED {
                save!();
                if let Some(step) = hook::before_instruction(heap, co, &proto)? {
                    drive!(step);
                }
                co.hook.stage = 0;
                registers = window(&mut co.stack, base);
            }
            let i = code[pc];
            pc += 1;
            match i.op {
                Op::Move => reg!(i.a) = reg!(i.b),
                Op::LoadK => reg!(i.a) = constants[i.d() as usize],
                Op::LoadKWide => {
                    let index = code[pc].ue() as usize;
                    pc += 1;
                    reg!(i.a) = constants[index];
                }
                Op::LoadInt => reg!(i.a) = Value::number(f64::from(i.sd())),
                Op::LoadNil => {
                    for n in i.a as usize..=i.a as usize + i.b as usize {
                        registers[n & (WINDOW - 1)] = Value::NIL;
                    }
                }
                Op::LoadBool => reg!(i.a) = Value::boolean(i.b != 0),
                Op::LoadBoolSkip => {
                    reg!(i.a) = Value::boolean(i.b != 0);
                    pc += 1;
                }
                Op::GetUpvalue => {
                    let captured = heap.closures[closure].upvalues[i.b as usize];
                    let Some(index) = captured.as_shared() else {
                        reg!(i.a) = captured;
                        continue;
                    };
                    let upvalue = &heap.upvalues[index];
                    if upvalue.is_closed() {
                        reg!(i.a) = upvalue.value;
                    } else {
                        let at = upvalue.at as usize;
                        let value = if upvalue.owner == heap.running {
                            co.stack[at]
                        } else {
                            heap.coroutines[upvalue.owner].stack[at]
                        };
                        registers = window(&mut co.stack, base);
                        reg!(i.a) = value;
                    }
                }
                Op::SetUpvalue => {
                    let value = reg!(i.a);
                    let captured = heap.closures[closure].upvalues[i.b as usize];
                    // Not shared only in bytecode from outside.
                    let Some(index) = captured.as_shared() else {
                        return Err(Failure::Ended(Ending::Internal));
                    };
                    heap.barrier_upvalue(index, value);
                    let upvalue = &mut heap.upvalues[index];
                    if upvalue.is_closed() {
                        upvalue.value = value;
                    } else {
                        let at = upvalue.at as usize;
                        if upvalue.owner == heap.running {
                            co.stack[at] = value;
                        } else {
                            let owner = upvalue.owner;
                            heap.coroutines[owner].stack[at] = value;
                        }
                        registers = window(&mut co.stack, base);
                    }
                }
                Op::GetGlobal => {
                    let environment = heap.closures[closure].environment;
                    let key = constants[i.d() as usize];
                    let table = &heap.tables[environment];
                    let value = table.get_string(key, &heap.strings);
                    if !value.is_nil() || !table.metatable.is_some() {
                        reg!(i.a) = value;
                    } else {
                        read_slow!(i.a, Value::from(environment), key);
                    }
                }
                Op::SetGlobal => {
                    let environment = heap.closures[closure].environment;
                    set_field!(Value::from(environment), constants[i.d() as usize], reg!(i.a));
                }
                Op::GetGlobalWide => {
                    let environment = heap.closures[closure].environment;
                    get_field!(i.a, Value::from(environment), reg!(i.b));
                }
                Op::SetGlobalWide => {
                    let environment = heap.closures[closure].environment;
                    set_field!(Value::from(environment), reg!(i.b), reg!(i.a));
                }
                Op::NewTable => {
                    let table = heap.new_table(size_from_byte(i.b), size_from_byte(i.c))?;
                    reg!(i.a) = table.into();
                    collect!();
                }
                Op::GetIndex => {
                    let (object, key) = (reg!(i.b), reg!(i.c));
                    if let Some(index) = object.as_table() {
                        let table = &heap.tables[index];
                        let value = match table.array_slot(key) {
                            Some(value) => *value,
                            None => table.get_outside_array(key, &heap.strings),
                        };
                        if !value.is_nil() || !table.metatable.is_some() {
                            reg!(i.a) = value;
                        } else {
                            read_slow!(i.a, object, key);
                        }
                    } else {
                        read_slow!(i.a, object, key);
                    }
                }
                Op::GetField => get_field!(i.a, reg!(i.b), constants[i.c as usize]),
                Op::GetInt => {
                    let object = reg!(i.b);
                    let key = Value::number(f64::from(i.c));
                    if let Some(index) = object.as_table() {
                        let table = &heap.tables[index];
                        let value = table.get_position(i.c as usize, &heap.strings);
                        if !value.is_nil() || !table.metatable.is_some() {
                            reg!(i.a) = value;
                        } else {
                            read_slow!(i.a, object, key);
                        }
                    } else {
                        read_slow!(i.a, object, key);
                    }
                }
                Op::SetIndex => set_index!(reg!(i.a), reg!(i.b), reg!(i.c)),
                Op::SetIndexK => set_index!(reg!(i.a), reg!(i.b), constants[i.c as usize]),
                Op::SetField => set_field!(reg!(i.a), constants[i.b as usize], reg!(i.c)),
                Op::SetFieldK => {
                    set_field!(reg!(i.a), constants[i.b as usize], constants[i.c as usize]);
                }
                Op::SetInt => set_index!(reg!(i.a), Value::number(f64::from(i.b)), reg!(i.c)),
                Op::Method => {
                    let object = reg!(i.b);
                    let key = constants[i.c as usize];
                    registers[(i.a as usize + 1) & (WINDOW - 1)] = object;
                    get_field!(i.a, object, key);
                }
                Op::MethodWide => {
                    let object = reg!(i.b);
                    let key = reg!(i.c);
                    registers[(i.a as usize + 1) & (WINDOW - 1)] = object;
                    get_field!(i.a, object, key);
                }
                Op::Add => {
                    let sum = |x, y| x + y;
                    arithmetic!(i, reg!(i.b), reg!(i.c), Event::Add, sum, Value::commutative);
                }
                Op::Sub => arithmetic!(i, reg!(i.b), reg!(i.c), Event::Sub, |x, y| x - y),
                Op::Mul => {
                    let product = |x, y| x * y;
                    arithmetic!(i, reg!(i.b), reg!(i.c), Event::Mul, product, Value::commutative);
                }
                Op::Div => arithmetic!(i, reg!(i.b), reg!(i.c), Event::Div, |x, y| x / y),
                Op::Mod => arithmetic!(i, reg!(i.b), reg!(i.c), Event::Mod, number::lua_mod),
                Op::Pow => arithmetic!(i, reg!(i.b), reg!(i.c), Event::Pow, number::pow),
                Op::AddK => {
                    arithmetic!(i, reg!(i.b), constants[i.c as usize], Event::Add, |x, y| x + y);
                }
                Op::SubK => {
                    arithmetic!(i, reg!(i.b), constants[i.c as usize], Event::Sub, |x, y| x - y);
                }
                Op::MulK => {
                    arithmetic!(i, reg!(i.b), constants[i.c as usize], Event::Mul, |x, y| x * y);
                }
                Op::DivK => {
                    arithmetic!(i, reg!(i.b), constants[i.c as usize], Event::Div, |x, y| x / y);
                }
                Op::ModK => {
                    arithmetic!(i, reg!(i.b), constants[i.c as usize], Event::Mod, number::lua_mod);
                }
                Op::PowK => {
                    arithmetic!(i, reg!(i.b), constants[i.c as usize], Event::Pow, number::pow);
                }
                Op::KAdd => {
                    arithmetic!(i, constants[i.b as usize], reg!(i.c), Event::Add, |x, y| x + y);
                }
                Op::KSub => {
                    arithmetic!(i, constants[i.b as usize], reg!(i.c), Event::Sub, |x, y| x - y);
                }
                Op::KMul => {
                    arithmetic!(i, constants[i.b as usize], reg!(i.c), Event::Mul, |x, y| x * y);
                }
                Op::KDiv => {
                    arithmetic!(i, constants[i.b as usize], reg!(i.c), Event::Div, |x, y| x / y);
                }
                Op::KMod => {
                    arithmetic!(i, constants[i.b as usize], reg!(i.c), Event::Mod, number::lua_mod);
                }
                Op::KPow => {
                    arithmetic!(i, constants[i.b as usize], reg!(i.c), Event::Pow, number::pow);
                }
                Op::Neg => {
                    let value = reg!(i.b);
                    if value.is_number() {
                        reg!(i.a) = Value::number(-value.number_bits());
                    } else {
                        let to = base + i.a as usize;
                        slow!(slow::arithmetic(heap, co, Event::Unm, value, value, to, above!()));
                    }
                }
                Op::Not => reg!(i.a) = Value::boolean(!reg!(i.b).is_truthy()),
                Op::Len => {
                    let value = reg!(i.b);
                    slow!(slow::length(heap, co, value, base + i.a as usize, above!()));
                }
                Op::Concat => {
                    save!();
                    let first = base + i.b as usize;
                    match arith::concatenate(heap, co, first, base + i.c as usize)? {
                        Concatenation::Done => {
                            registers = window(&mut co.stack, base);
                            reg!(i.a) = reg!(i.b);
                        }
                        Concatenation::Call { function, at } => {
                            flow!(slow::concatenate(heap, co, function, at, above!())?);
                        }
                    }
                    collect!();
                }
                Op::Jump => {
                    let offset = i.se();
                    pc = (pc as isize + offset as isize) as usize;
                    if offset < 0 {
                        safepoint!(1);
                    }
                }
                Op::Test => branch!(reg!(i.a).is_truthy() == (i.c != 0)),
                Op::TestSet => {
                    let value = reg!(i.b);
                    if value.is_truthy() == (i.c != 0) {
                        reg!(i.a) = value;
                        branch!(true);
                    } else {
                        pc += 1;
                    }
                }
                Op::Eq => equal!(i, reg!(i.a), reg!(i.b)),
                Op::EqK => equal!(i, reg!(i.a), constants[i.b as usize]),
                Op::Lt => compare!(i, reg!(i.a), reg!(i.b), f64::lt, slow::less_than),
                Op::Le => compare!(i, reg!(i.a), reg!(i.b), f64::le, slow::less_equal),
                Op::LtK => {
                    compare!(i, reg!(i.a), constants[i.b as usize], f64::lt, slow::less_than);
                }
                Op::LeK => {
                    compare!(i, reg!(i.a), constants[i.b as usize], f64::le, slow::less_equal);
                }
                Op::KLt => {
                    compare!(i, constants[i.b as usize], reg!(i.a), f64::lt, slow::less_than);
                }
                Op::KLe => {
                    compare!(i, constants[i.b as usize], reg!(i.a), f64::le, slow::less_equal);
                }
                Op::Call => {
                    let callee = reg!(i.a);
                    let at = base + i.a as usize;
                    let args = if i.b != 0 { i.b as usize - 1 } else { co.top - at - 1 };
                    let wanted = i16::from(i.c) - 1;
                    heap.fuel -= 1;
                    let Some(frame) = co.frames.last_mut() else { return Err(internal()) };
                    frame.pc = pc as u32;
                    let depth = frame.depth;
                    if let Some(callee) = callee.as_closure() {
                        frame.proto = Some(proto);
                        call::enter_lua(
                            heap,
                            co,
                            callee,
                            at,
                            args,
                            wanted,
                            CalledBy::Instruction,
                            depth,
                        )?;
                        if heap.fuel <= 0 {
                            heap.check_ended()?;
                            return Ok(Flow::OutOfFuel);
                        }
                        continue 'frame;
                    }
                    if let Some(native) = callee.as_native()
                        && direct!()
                    {
                        let args_end = at + 1 + args;
                        co.reserve(args_end, &mut heap.budget)?;
                        co.top = args_end;
                        let function = heap.natives[native].function;
                        let mut cx = CallContext {
                            heap,
                            co,
                            function: at,
                            args_end,
                            results_at: args_end,
                            has_frame: false,
                            by_call: true,
                        };
                        match function(&mut cx) {
                            Ok(Outcome::Return(count)) => {
                                let count = count as usize;
                                if wanted == 1 && count == 1 {
                                    // The result is in place.
                                } else {
                                    if wanted > 1 {
                                        co.reserve(at + wanted as usize, &mut heap.budget)?;
                                    }
                                    call::adjust(co, at, count, wanted);
                                }
                                // Before the fuel is looked at, so that the size of steps has no say in
                                // when garbage goes.
                                if heap.collection_is_due() {
                                    if wanted >= 0 {
                                        co.top = at + wanted as usize;
                                    }
                                    drive!(call::collect(heap, co)?);
                                }
                                if heap.fuel <= 0 {
                                    heap.check_ended()?;
                                    return Ok(Flow::OutOfFuel);
                                }
                                registers = window(&mut co.stack, base);
                            }
                            Ok(outcome) => {
                                let native = call::NativeCall::by_instruction(
                                    at,
                                    cx.args_end,
                                    wanted,
                                    depth,
                                );
                                flow!(call::finish_native(heap, co, native, outcome)?);
                            }
                            Err(failure) => {
                                let by = CalledBy::Instruction;
                                call::push_failed_native(heap, co, at, depth, by);
                                return Err(failure);
                            }
                        }
                        continue;
                    }
                    flow!(call::call_value(heap, co, at, args, wanted, depth)?);
                }
                Op::TailCall => {
                    let at = base + i.a as usize;
                    let mut args = if i.b != 0 { i.b as usize - 1 } else { co.top - at - 1 };
                    save!();
                    heap.fuel -= 1;
                    if !co.stack[at].is_function() {
                        args = call::insert_call_handler(heap, co, at, args)?;
                    }
                    if let Some(callee) = co.stack[at].as_closure() {
                        // PUC pushes the new frame before it drops the old one.
                        if co.frames.len() >= co.frames_limit {
                            return Err(call::frames_overflow(heap, co));
                        }
                        if co.open_top as usize > base {
                            call::close_upvalues(heap, co, base);
                        }
                        let Some(frame) = co.frames.pop_in_place() else { return Err(internal()) };
                        let (function, wanted) = (frame.function as usize, frame.wanted);
                        let (called_by, depth) = (frame.called_by, frame.depth);
                        let (tail_calls, aux) = (frame.tail_calls, frame.top);
                        co.stack.copy_within(at..=at + args, function);
                        call::enter_lua(
                            heap, co, callee, function, args, wanted, called_by, depth,
                        )?;
                        if let Some(entered) = co.frames.last_mut() {
                            entered.tail_calls = tail_calls + 1;
                            entered.top = aux;
                        }
                        if heap.fuel <= 0 {
                            heap.check_ended()?;
                            return Ok(Flow::OutOfFuel);
                        }
                        continue 'frame;
                    }
                    // A native: an ordinary call, and the Return that follows.
                    let depth = co.frames.last().map_or(0, |frame| frame.depth);
                    if let Some(native) = co.stack[at].as_native()
                        && direct!()
                    {
                        match call::call_native_directly(heap, co, native, at, args, depth)? {
                            // What the Return would do, at once.
                            Direct::Returned(count) => return_values!(at, count),
                            Direct::Gone(flow) => flow!(flow),
                        }
                    }
                    drive!(Step::Call(CallRequest {
                        at,
                        args,
                        wanted: -1,
                        called_by: CalledBy::Instruction,
                        depth,
                        aux: 0,
                    }));
                }
                Op::Return => {
                    let from = base + i.a as usize;
                    let count = if i.b != 0 { i.b as usize - 1 } else { co.top - from };
                    return_values!(from, count);
                }
                Op::Return0 => return_values!(base, 0),
                Op::Return1 => {
                    if HOOKED || co.open_top as usize > base {
                        return_values!(base + i.a as usize, 1);
                    }
                    let value = reg!(i.a);
                    let Some(frame) = co.frames.pop_in_place() else { return Err(internal()) };
                    let (function, wanted) = (frame.function as usize, frame.wanted);
                    let (called_by, aux) = (frame.called_by, frame.top);
                    co.stack[function] = value;
                    if called_by == CalledBy::Instruction {
                        if wanted != 1 {
                            call::adjust(co, function, 1, wanted);
                        }
                        continue 'frame;
                    }
                    if called_by == CalledBy::Metamethod {
                        let step = call::finish_instruction(heap, co, value, false, aux)?;
                        if matches!(step, Step::Done) {
                            continue 'frame;
                        }
                        drive!(step);
                    }
                    if called_by == CalledBy::Native && direct!() {
                        flow!(call::callback_returned(heap, co, function, 1, wanted)?);
                    }
                    drive!(Step::Deliver(Delivery { function, count: 1, wanted, called_by, aux }));
                }
                Op::ForPrep => {
                    let [start, limit, step] = [
                        reg!(i.a),
                        registers[(i.a as usize + 1) & 255],
                        registers[(i.a as usize + 2) & 255],
                    ];
                    let numbers = if start.is_number() && limit.is_number() && step.is_number() {
                        [start.number_bits(), limit.number_bits(), step.number_bits()]
                    } else {
                        save!();
                        let numbers = for_numbers(heap, co, [start, limit, step])?;
                        registers = window(&mut co.stack, base);
                        numbers
                    };
                    let [start, limit, step] = numbers;
                    reg!(i.a) = Value::arithmetic(start - step, start, step);
                    registers[(i.a as usize + 1) & 255] = Value::number(limit);
                    registers[(i.a as usize + 2) & 255] = Value::number(step);
                    pc = (pc as isize + i.sd() as isize) as usize;
                }
                Op::ForLoop => {
                    let step = registers[(i.a as usize + 2) & 255].number_bits();
                    let index = reg!(i.a).number_bits() + step;
                    let limit = registers[(i.a as usize + 1) & 255].number_bits();
                    if if step > 0.0 { index <= limit } else { limit <= index } {
                        let value = Value::arithmetic(index, index, step);
                        reg!(i.a) = value;
                        registers[(i.a as usize + 3) & 255] = value;
                        pc = (pc as isize + i.sd() as isize) as usize;
                        safepoint!(1);
                    }
                }
                Op::GenericFor => {
                    let a = i.a as usize;
                    let [iterator, state, control] =
                        [registers[a], registers[(a + 1) & 255], registers[(a + 2) & 255]];
                    if (iterator == heap.pairs_function || iterator == heap.next_function)
                        && direct!()
                        && let Some(table) = state.as_table()
                        && let Ok(next) = heap.tables[table].next(control, &heap.strings)
                    {
                        // `next` on a table, without the call.
                        heap.fuel -= next.fuel() as i64;
                        if let Some((key, value)) = next.entry {
                            registers[(a + 2) & 255] = key;
                            registers[(a + 3) & 255] = key;
                            if i.c >= 2 {
                                registers[(a + 4) & 255] = value;
                                for n in 2..i.c as usize {
                                    registers[(a + 3 + n) & 255] = Value::NIL;
                                }
                            }
                            // Past the ForTest, and its Jump taken.
                            let offset = code[pc + 1].se();
                            pc = (pc as isize + 2 + offset as isize) as usize;
                        } else {
                            pc += 2;
                        }
                        safepoint!(1);
                        continue;
                    }
                    heap.fuel -= 1;
                    let at = base + a + 3;
                    co.stack[at] = iterator;
                    co.stack[at + 1] = state;
                    co.stack[at + 2] = control;
                    save!();
                    co.top = at + 3;
                    // PUC calls iterators from inside its loop, so they count as native calls and
                    // cannot be yielded across.
                    let depth = call::deeper(heap, co)?;
                    if let Some(callee) = iterator.as_closure() {
                        if let Some(frame) = co.frames.last_mut() {
                            frame.proto = Some(proto);
                        }
                        let (wanted, by) = (i16::from(i.c), CalledBy::Instruction);
                        call::enter_lua(heap, co, callee, at, 2, wanted, by, depth)?;
                        if heap.fuel <= 0 {
                            heap.check_ended()?;
                            return Ok(Flow::OutOfFuel);
                        }
                        continue 'frame;
                    }
                    if let Some(native) = iterator.as_native()
                        && direct!()
                    {
                        let wanted = i16::from(i.c);
                        flow!(call::call_native(heap, co, native, at, 2, wanted, depth)?);
                    }
                    drive!(Step::Call(CallRequest {
                        at,
                        args: 2,
                        wanted: i16::from(i.c),
                        called_by: CalledBy::Instruction,
                        depth,
                        aux: 0,
                    }));
                }
                Op::ForTest => {
                    let value = registers[(i.a as usize + 3) & 255];
                    if !value.is_nil() {
                        registers[(i.a as usize + 2) & 255] = value;
                    }
                    branch!(!value.is_nil());
                }
                Op::SetList => {
                    let table = reg!(i.a);
                    let mut batch = i.c as usize;
                    if batch == 0 {
                        batch = code[pc].ue() as usize;
                        pc += 1;
                    }
                    let first = base + i.a as usize + 1;
                    let count = if i.b != 0 { i.b as usize } else { co.top - first };
                    save!();
                    set_list(heap, co, table, first, count, (batch - 1) * 50)?;
                    registers = window(&mut co.stack, base);
                }
                Op::Close => {
                    if co.open_top as usize > base + i.a as usize {
                        call::close_upvalues(heap, co, base + i.a as usize);
                    }
                    registers = window(&mut co.stack, base);
                }
                Op::Closure => {
                    let child = &proto.children[i.d() as usize];
                    let mut upvalues = Upvalues::with_capacity(child.def.upvalues.len());
                    let mut takes_itself = None;
                    for (n, upvalue) in child.def.upvalues.iter().enumerate() {
                        upvalues.push(if !upvalue.from_register {
                            heap.closures[closure].upvalues[upvalue.index as usize]
                        } else if upvalue.by_value && !heap.shares_variables {
                            if upvalue.index == i.a {
                                // A local function that calls itself: its variable is about to be set.
                                takes_itself = Some(n);
                            }
                            co.stack[base + upvalue.index as usize]
                        } else {
                            Value::shared(call::find_upvalue(
                                heap,
                                co,
                                base + upvalue.index as usize,
                            )?)
                        });
                    }
                    let environment = heap.closures[closure].environment;
                    let made = heap.new_closure(child.clone(), upvalues, environment)?;
                    if let Some(n) = takes_itself {
                        heap.closures[made].upvalues[n] = made.into();
                    }
                    registers = window(&mut co.stack, base);
                    reg!(i.a) = made.into();
                    collect!();
                }
                Op::VarArg => {
                    let params = usize::from(proto.def.params);
                    let function = co.frames.last().map_or(base, |frame| frame.function as usize);
                    let available = (base - function - 1).saturating_sub(params);
                    let first = function + 1 + params;
                    let to = base + i.a as usize;
                    let count = if i.b == 0 { available } else { i.b as usize - 1 };
                    co.reserve(to + count, &mut heap.budget)?;
                    let copied = count.min(available);
                    co.stack.copy_within(first..first + copied, to);
                    co.stack[to + copied..to + count].fill(Value::NIL);
                    if i.b == 0 {
                        co.top = to + count;
                    }
                    registers = window(&mut co.stack, base);
                }
                Op::Extra => return Err(internal()),
            }
        }
    }
}

/// The numbers of a `for` loop that are not all numbers: strings are converted.
#[cold]
#[inline(never)]
fn for_numbers(heap: &mut Heap, co: &Coroutine, values: [Value; 3]) -> Result<[f64; 3], Failure> {
    const TEXTS: [&[u8]; 3] = [
        b"'for' initial value must be a number",
        b"'for' limit must be a number",
        b"'for' step must be a number",
    ];
    let mut numbers = [0.0; 3];
    for n in 0..3 {
        match heap.to_number(values[n]) {
            Some(number) => numbers[n] = number,
            None => return Err(raise::runtime_error(heap, co, TEXTS[n])),
        }
    }
    Ok(numbers)
}

/// Stores a batch of a constructor's list items behind position `done`.
fn set_list(
    heap: &mut Heap,
    co: &Coroutine,
    table: Value,
    first: usize,
    count: usize,
    done: usize,
) -> Result<(), Failure> {
    // Bytecode from outside may have anything in the register; the compiler has the table that it has just made.
    const FORGED: Failure = Failure::Ended(Ending::Internal);
    let Some(index) = table.as_table() else { return Err(FORGED) };
    if heap.tables[index].is_slow_write() {
        heap.before_write(index).map_err(|_| FORGED)?;
    }
    let Heap { tables, strings, budget, .. } = heap;
    let table = &mut tables[index];
    table.enlarge_array(done + count, strings, budget)?;
    let from = &co.stack[first..first + count];
    match table.array.get_mut(done..done + count) {
        Some(to) => to.copy_from_slice(from),
        None => return Err(internal()),
    }
    Ok(())
}
