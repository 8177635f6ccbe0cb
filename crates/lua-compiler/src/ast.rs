//! One function's tree, in flat lists: nodes name each other by index, so a long chain of operators
//! costs no recursion to build or to drop, and a tree has no lifetime.
//!
//! Expressions are nodes ([`Expr`]); statements are a tape ([`Statement`]) in source order on which blocks
//! open and close like brackets. Names are resolved already (see [`crate::resolve`]).

use crate::intern::Symbol;

/// An expression of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExprId(pub(crate) u32);

/// What an instruction that is emitted here gets as its line, and the token at which the parser stood:
/// messages about too complex expressions name it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    /// The line of the last token that had been read.
    pub(crate) line: u32,
    /// Where the token after that starts.
    pub(crate) offset: u32,
}

/// Expressions in a row: `items[start..start + len]`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct List {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

/// An expression of a list, and where its value is finished: at the comma behind it, or at the list's end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) expr: ExprId,
    pub(crate) place: Place,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Expr {
    Nil,
    True,
    False,
    /// `...`
    Dots(Place),
    Number(f64),
    String(Symbol),
    /// The local in this register.
    Local(u8),
    Upvalue(u8),
    Global(Symbol),
    /// A child prototype; the place is behind its `end`.
    Function(u32, Place),
    /// `table.name`; `place` is before the dot.
    Field {
        table: ExprId,
        name: Symbol,
        place: Place,
    },
    /// `table[key]`; its two places are before the bracket and behind the key, `place` is behind it all.
    Index {
        table: ExprId,
        key: ExprId,
        places: u32,
        place: Place,
    },
    Call {
        function: ExprId,
        args: List,
        place: Place,
        line: u32,
    },
    /// `object:name(args)`; `place` is behind the name.
    Method {
        object: ExprId,
        name: Symbol,
        args: List,
        details: u32,
    },
    /// One value only.
    Paren {
        inner: ExprId,
        place: Place,
    },
    Unary {
        op: UnaryOp,
        operand: ExprId,
        place: Place,
    },
    Binary {
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        places: u32,
    },
    /// `tables[..]`
    Table(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOp {
    Negate,
    Not,
    Length,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Concat,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
}

/// Places of a node that has several: behind an operator and behind its right operand; before a bracket and
/// behind the key in it; behind a method's name and, as a line only, where its arguments open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TwoPlaces {
    pub(crate) first: Place,
    pub(crate) last: Place,
}

/// A table constructor: `fields[start..start + len]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableRecord {
    pub(crate) fields: List,
    pub(crate) open: Place,
    pub(crate) close: Place,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum FieldKey {
    /// A list item.
    None,
    Name(Symbol),
    Expr(ExprId),
}

/// A field of a constructor. `key_place` is behind the key, `assign_place` behind the `=`, and `place` behind
/// the value; of a list item, `place` is behind the separator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldRecord {
    pub(crate) key: FieldKey,
    pub(crate) value: ExprId,
    pub(crate) key_place: Place,
    pub(crate) assign_place: Place,
    pub(crate) place: Place,
}

/// An entry of the tape of statements.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Statement {
    Local {
        count: u8,
        values: List,
        place: Place,
    },
    LocalFunction {
        proto: u32,
        place: Place,
    },
    /// `function target() ... end`; the store gets the line of `function`.
    Function {
        target: ExprId,
        proto: u32,
        place: Place,
        line: u32,
    },
    Assign {
        targets: List,
        values: List,
        place: Place,
    },
    Call {
        call: ExprId,
        place: Place,
    },
    Return {
        values: List,
        place: Place,
    },
    Break {
        place: Place,
    },
    Do,
    While {
        condition: ExprId,
        place: Place,
    },
    Repeat,
    If {
        condition: ExprId,
        place: Place,
    },
    /// Ends a branch and opens the next.
    ElseIf {
        before: Place,
        condition: ExprId,
        place: Place,
    },
    Else {
        before: Place,
    },
    /// Start, limit and perhaps step. `wide`: the body may need far jumps.
    NumericFor {
        values: List,
        place: Place,
        wide: bool,
        line: u32,
    },
    GenericFor {
        names: u8,
        values: List,
        list_place: Place,
        place: Place,
        line: u32,
    },
    /// The end of any of the above but `repeat`.
    End {
        place: Place,
    },
    Until {
        condition: ExprId,
        before: Place,
        place: Place,
    },
}

/// A function's tree.
#[derive(Debug, Default)]
pub(crate) struct Ast {
    pub(crate) exprs: Vec<Expr>,
    pub(crate) items: Vec<Item>,
    pub(crate) fields: Vec<FieldRecord>,
    pub(crate) tables: Vec<TableRecord>,
    pub(crate) places: Vec<TwoPlaces>,
    pub(crate) statements: Vec<Statement>,
}

impl Ast {
    /// Empties the tree and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.exprs.clear();
        self.items.clear();
        self.fields.clear();
        self.tables.clear();
        self.places.clear();
        self.statements.clear();
    }

    pub(crate) fn push(&mut self, expr: Expr) -> ExprId {
        let id = ExprId(self.exprs.len() as u32);
        self.exprs.push(expr);
        id
    }

    pub(crate) fn expr(&self, id: ExprId) -> Expr {
        self.exprs.get(id.0 as usize).copied().unwrap_or(Expr::Nil)
    }

    pub(crate) fn list(&self, list: List) -> &[Item] {
        self.items.get(list.start as usize..(list.start + list.len) as usize).unwrap_or(&[])
    }

    pub(crate) fn push_list(&mut self, items: &[Item]) -> List {
        let start = self.items.len() as u32;
        self.items.extend_from_slice(items);
        List { start, len: items.len() as u32 }
    }

    pub(crate) fn push_places(&mut self, first: Place, last: Place) -> u32 {
        self.places.push(TwoPlaces { first, last });
        self.places.len() as u32 - 1
    }

    pub(crate) fn two_places(&self, index: u32) -> TwoPlaces {
        let none = TwoPlaces { first: Place::default(), last: Place::default() };
        self.places.get(index as usize).copied().unwrap_or(none)
    }
}
