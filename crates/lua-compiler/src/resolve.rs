//! Names to locals, upvalues and globals, while the parser reads: so a limit is found at the token at
//! which PUC finds it.
//!
//! Every name has a stack of the variables that bear it now, so that finding one does not depend on how
//! many functions and locals enclose it.

use crate::intern::Symbol;
use crate::limits::{LOCALS_IN_ALL_MAX, LOCALS_MAX, UPVALUES_MAX};

/// What a name means where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variable {
    /// The local in this register.
    Local(u8),
    Upvalue(u8),
    Global,
}

/// A limit of a function was passed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TooMany {
    /// "... has more than `limit` `what`".
    AtOnce { line_defined: u32, limit: usize, what: &'static str },
    /// Local variables of all blocks together.
    LocalsInAll,
}

/// An upvalue of a function being compiled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpvalueRecord {
    pub(crate) name: Symbol,
    pub(crate) from_register: bool,
    pub(crate) index: u8,
    /// Of a variable taken from a register: which of the enclosing function's declarations it is.
    pub(crate) declaration: u32,
    /// The variable itself; as long as this function is being read it means no other.
    origin: Binding,
}

#[derive(Debug)]
struct FunctionScope {
    line_defined: u32,
    /// Every local ever declared, in order.
    declared: Vec<Symbol>,
    /// Which of them are captured by closures, and which are assigned to after their declaration.
    captured: Vec<bool>,
    assigned: Vec<bool>,
    /// The active ones; an index is a register.
    active: Vec<ActiveLocal>,
    pending: usize,
    upvalues: Vec<UpvalueRecord>,
}

#[derive(Clone, Copy, Debug)]
struct ActiveLocal {
    name: Symbol,
    /// Index in `declared`.
    declaration: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Binding {
    depth: u32,
    register: u8,
}

/// What remains of a function's scope when it has been read.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    /// Every local in the order of declaration, which is the order of activation.
    pub(crate) locals: Vec<Symbol>,
    /// Which of them closures share: they are captured, and assigned to after their declaration. What
    /// nobody assigns to can be copied into closures.
    pub(crate) shared: Vec<bool>,
    pub(crate) upvalues: Vec<UpvalueRecord>,
}

/// The variables that can be seen, function in function.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    functions: Vec<FunctionScope>,
    bindings: Vec<Vec<Binding>>,
}

impl Scopes {
    pub(crate) fn open_function(&mut self, line_defined: u32) {
        self.functions.push(FunctionScope {
            line_defined,
            declared: Vec::new(),
            captured: Vec::new(),
            assigned: Vec::new(),
            active: Vec::new(),
            pending: 0,
            upvalues: Vec::new(),
        });
    }

    pub(crate) fn close_function(&mut self) -> Variables {
        self.close_block(0);
        self.functions.pop().map_or_else(Variables::default, |scope| Variables {
            locals: scope.declared,
            shared: scope.captured.iter().zip(&scope.assigned).map(|(c, a)| *c && *a).collect(),
            upvalues: scope.upvalues,
        })
    }

    pub(crate) fn line_defined(&self) -> u32 {
        self.functions.last().map_or(0, |scope| scope.line_defined)
    }

    /// Number of active locals of the innermost function.
    pub(crate) fn active(&self) -> usize {
        self.functions.last().map_or(0, |scope| scope.active.len())
    }

    /// Declares a local that [`Scopes::activate`] will make visible.
    pub(crate) fn declare(&mut self, name: Symbol) -> Result<(), TooMany> {
        let Some(scope) = self.functions.last_mut() else { return Ok(()) };
        if scope.active.len() + scope.pending >= LOCALS_MAX {
            let line_defined = scope.line_defined;
            let what = "local variables";
            return Err(TooMany::AtOnce { line_defined, limit: LOCALS_MAX, what });
        }
        if scope.declared.len() >= LOCALS_IN_ALL_MAX {
            return Err(TooMany::LocalsInAll);
        }
        scope.declared.push(name);
        scope.captured.push(false);
        scope.assigned.push(false);
        scope.pending += 1;
        Ok(())
    }

    /// Makes the next `count` declared locals visible.
    pub(crate) fn activate(&mut self, count: usize) {
        let depth = self.functions.len() as u32;
        let Some(scope) = self.functions.last_mut() else { return };
        for _ in 0..count.min(scope.pending) {
            let first = scope.declared.len() - scope.pending;
            let Some(&name) = scope.declared.get(first) else { return };
            scope.pending -= 1;
            let register = scope.active.len() as u8;
            scope.active.push(ActiveLocal { name, declaration: first as u32 });
            let symbol = name.0 as usize;
            if self.bindings.len() <= symbol {
                self.bindings.resize_with(symbol + 1, Vec::new);
            }
            if let Some(stack) = self.bindings.get_mut(symbol) {
                stack.push(Binding { depth, register });
            }
        }
    }

    /// Ends the locals from register `first` on.
    pub(crate) fn close_block(&mut self, first: usize) {
        let Some(scope) = self.functions.last_mut() else { return };
        while scope.active.len() > first
            && let Some(local) = scope.active.pop()
        {
            if let Some(stack) = self.bindings.get_mut(local.name.0 as usize) {
                stack.pop();
            }
        }
    }

    /// What `name` means here. A variable of an enclosing function becomes an upvalue of every function
    /// in between.
    pub(crate) fn resolve(&mut self, name: Symbol) -> Result<Variable, TooMany> {
        let innermost = self.functions.len() as u32;
        let binding = self.bindings.get(name.0 as usize).and_then(|stack| stack.last().copied());
        let Some(origin) = binding else { return Ok(Variable::Global) };
        let Binding { depth, register } = origin;
        if depth == innermost {
            return Ok(Variable::Local(register));
        }
        if let Some(index) = self.functions.last().and_then(|scope| find_upvalue(scope, origin)) {
            return Ok(Variable::Upvalue(index));
        }
        let mut declaration = 0;
        if let Some(owner) = self.functions.get_mut(depth as usize - 1)
            && let Some(local) = owner.active.get(register as usize)
            && let Some(captured) = owner.captured.get_mut(local.declaration as usize)
        {
            *captured = true;
            declaration = local.declaration;
        }
        let (mut from_register, mut index) = (true, register);
        for scope in self.functions.iter_mut().skip(depth as usize) {
            let record = UpvalueRecord { name, from_register, index, declaration, origin };
            index = find_upvalue(scope, origin).map_or_else(|| add_upvalue(scope, record), Ok)?;
            from_register = false;
        }
        Ok(Variable::Upvalue(index))
    }

    /// A local or upvalue is assigned to: closures must share it.
    pub(crate) fn assign(&mut self, variable: Variable) {
        let innermost = self.functions.len() as u32;
        let binding = match variable {
            Variable::Local(register) => Some(Binding { depth: innermost, register }),
            Variable::Upvalue(index) => self
                .functions
                .last()
                .and_then(|scope| scope.upvalues.get(index as usize))
                .map(|upvalue| upvalue.origin),
            Variable::Global => None,
        };
        if let Some(Binding { depth, register }) = binding
            && let Some(owner) = self.functions.get_mut((depth as usize).wrapping_sub(1))
            && let Some(local) = owner.active.get(register as usize)
            && let Some(assigned) = owner.assigned.get_mut(local.declaration as usize)
        {
            *assigned = true;
        }
    }
}

fn find_upvalue(scope: &FunctionScope, origin: Binding) -> Option<u8> {
    scope.upvalues.iter().position(|known| known.origin == origin).map(|index| index as u8)
}

fn add_upvalue(scope: &mut FunctionScope, upvalue: UpvalueRecord) -> Result<u8, TooMany> {
    if scope.upvalues.len() >= UPVALUES_MAX {
        let line_defined = scope.line_defined;
        return Err(TooMany::AtOnce { line_defined, limit: UPVALUES_MAX, what: "upvalues" });
    }
    scope.upvalues.push(upvalue);
    Ok(scope.upvalues.len() as u8 - 1)
}
