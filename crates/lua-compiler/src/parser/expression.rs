//! Expressions: operators by their priorities, names and parentheses with their suffixes, constructors.

use super::{Parsed, Parser};
use crate::ast::{
    BinaryOp, Expr, ExprId, FieldKey, FieldRecord, Item, List, Place, TableRecord, UnaryOp,
};
use crate::intern::Symbol;
use crate::resolve::Variable;
use crate::token::Token;

impl Parser<'_> {
    #[inline(never)]
    pub(super) fn take_items(&mut self, base: usize) -> List {
        let list = self.function.ast.push_list(self.items.get(base..).unwrap_or(&[]));
        self.items.truncate(base);
        list
    }

    /// Reads an expression onto the list being read.
    #[inline(always)]
    pub(super) fn item(&mut self) -> Parsed<()> {
        let expr = self.expression(0)?;
        self.items.push(Item { expr, place: self.place() });
        Ok(())
    }

    #[inline(always)]
    pub(super) fn expression_list(&mut self) -> Parsed<List> {
        let base = self.items.len();
        self.item()?;
        while self.accept(Token::Comma)? {
            // What stands before a comma is finished when the comma has been read.
            let place = self.place();
            if let Some(item) = self.items.last_mut() {
                item.place = place;
            }
            self.item()?;
        }
        Ok(self.take_items(base))
    }

    /// Reads operators that bind closer than `limit`.
    #[inline(never)]
    pub(super) fn expression(&mut self, limit: u8) -> Parsed<ExprId> {
        self.enter_level()?;
        let mut left = match unary_op(self.current.token) {
            Some(op) => {
                self.advance()?;
                let operand = self.expression(UNARY_PRIORITY)?;
                let place = self.place();
                self.function.ast.push(Expr::Unary { op, operand, place })
            }
            None if matches!(self.current.token, Token::Name(_) | Token::LeftParen) => {
                self.primary()?
            }
            None => self.simple()?,
        };
        while let Some((op, left_priority, right_priority)) = binary_op(self.current.token)
            && left_priority > limit
        {
            self.advance()?;
            let first = self.place();
            let right = self.expression(right_priority)?;
            let places = self.function.ast.push_places(first, self.place());
            left = self.function.ast.push(Expr::Binary { op, left, right, places });
        }
        self.levels -= 1;
        Ok(left)
    }

    #[inline(never)]
    fn simple(&mut self) -> Parsed<ExprId> {
        let expr = match self.current.token {
            Token::Number(number) => Expr::Number(number),
            Token::String(symbol) => Expr::String(symbol),
            Token::Nil => Expr::Nil,
            Token::True => Expr::True,
            Token::False => Expr::False,
            Token::Dots => {
                if !self.function.is_vararg {
                    return Err(self.syntax_error("cannot use '...' outside a vararg function"));
                }
                self.function.needs_arg = false;
                Expr::Dots(self.place())
            }
            Token::LeftBrace => return self.table(),
            Token::Function => {
                self.advance()?;
                let proto = self.body(self.line(), false)?;
                let expr = Expr::Function(proto, self.place());
                return Ok(self.function.ast.push(expr));
            }
            _ => return Err(self.syntax_error("unexpected symbol")),
        };
        self.advance()?;
        Ok(self.function.ast.push(expr))
    }

    /// An expression is the target of an assignment.
    pub(super) fn assigned(&mut self, target: ExprId) {
        match self.function.ast.expr(target) {
            Expr::Local(register) => self.scopes.assign(Variable::Local(register)),
            Expr::Upvalue(index) => self.scopes.assign(Variable::Upvalue(index)),
            _ => {}
        }
    }

    #[inline(never)]
    pub(super) fn variable(&mut self, name: Symbol) -> Parsed<ExprId> {
        let expr = match self.scopes.resolve(name).map_err(|found| self.too_many(found))? {
            Variable::Local(register) => Expr::Local(register),
            Variable::Upvalue(index) => Expr::Upvalue(index),
            Variable::Global => Expr::Global(name),
        };
        Ok(self.function.ast.push(expr))
    }

    /// Reads a name or a parenthesis, and the suffixes behind it.
    #[inline(never)]
    pub(super) fn primary(&mut self) -> Parsed<ExprId> {
        let mut expr = match self.current.token {
            Token::Name(name) => {
                self.advance()?;
                self.variable(name)?
            }
            Token::LeftParen => {
                let line = self.line();
                self.advance()?;
                let inner = self.expression(0)?;
                self.expect_closing(Token::RightParen, Token::LeftParen, line)?;
                let place = self.place();
                self.function.ast.push(Expr::Paren { inner, place })
            }
            _ => return Err(self.syntax_error("unexpected symbol")),
        };
        loop {
            expr = match self.current.token {
                Token::Dot => self.field(expr)?,
                Token::LeftBracket => self.index(expr)?,
                Token::Colon => self.method_call(expr)?,
                Token::LeftParen | Token::String(_) | Token::LeftBrace => {
                    let place = self.place();
                    let line = self.line();
                    let args = self.arguments()?;
                    self.function.ast.push(Expr::Call { function: expr, args, place, line })
                }
                _ => return Ok(expr),
            };
        }
    }

    #[inline(never)]
    pub(super) fn field(&mut self, table: ExprId) -> Parsed<ExprId> {
        let place = self.place();
        self.advance()?;
        let name = self.expect_name()?;
        Ok(self.function.ast.push(Expr::Field { table, name, place }))
    }

    #[inline(never)]
    fn index(&mut self, table: ExprId) -> Parsed<ExprId> {
        let first = self.place();
        self.advance()?;
        let key = self.expression(0)?;
        let places = self.function.ast.push_places(first, self.place());
        self.expect(Token::RightBracket)?;
        let place = self.place();
        Ok(self.function.ast.push(Expr::Index { table, key, places, place }))
    }

    #[inline(never)]
    fn method_call(&mut self, object: ExprId) -> Parsed<ExprId> {
        self.advance()?;
        let name = self.expect_name()?;
        let first = self.place();
        let last = Place { line: self.line(), offset: self.current.start as u32 };
        let details = self.function.ast.push_places(first, last);
        let args = self.arguments()?;
        Ok(self.function.ast.push(Expr::Method { object, name, args, details }))
    }

    #[inline(never)]
    fn arguments(&mut self) -> Parsed<List> {
        let base = self.items.len();
        match self.current.token {
            Token::String(symbol) => {
                self.advance()?;
                let expr = self.function.ast.push(Expr::String(symbol));
                self.items.push(Item { expr, place: self.place() });
            }
            Token::LeftBrace => {
                let expr = self.table()?;
                self.items.push(Item { expr, place: self.place() });
            }
            Token::LeftParen => {
                let line = self.line();
                if line != self.last_line {
                    let text = "ambiguous syntax (function call x new statement)";
                    return Err(self.syntax_error(text));
                }
                self.advance()?;
                if self.accept(Token::RightParen)? {
                    return Ok(List::default());
                }
                let args = self.expression_list()?;
                self.expect_closing(Token::RightParen, Token::LeftParen, line)?;
                self.finish_last_argument(args);
                return Ok(args);
            }
            _ => return Err(self.syntax_error("function arguments expected")),
        }
        Ok(self.take_items(base))
    }

    /// The last argument is finished when the parenthesis has been read, unless it gives all its values.
    #[inline(never)]
    fn finish_last_argument(&mut self, args: List) {
        let place = self.place();
        let ast = &mut self.function.ast;
        let last = (args.start + args.len).checked_sub(1);
        if let Some(item) = last.and_then(|at| ast.items.get_mut(at as usize))
            && let Some(expr) = ast.exprs.get(item.expr.0 as usize)
            && !matches!(expr, Expr::Call { .. } | Expr::Method { .. } | Expr::Dots(_))
        {
            item.place = place;
        }
    }

    #[inline(never)]
    pub(super) fn table(&mut self) -> Parsed<ExprId> {
        let open = self.place();
        let line = self.line();
        let base = self.fields.len();
        self.expect(Token::LeftBrace)?;
        while !self.is(Token::RightBrace) {
            self.table_field()?;
            if !self.accept(Token::Comma)? && !self.accept(Token::Semicolon)? {
                break;
            }
            self.finish_list_item(base);
        }
        self.expect_closing(Token::RightBrace, Token::LeftBrace, line)?;
        self.finish_last_item(base);
        let close = self.place();
        let ast = &mut self.function.ast;
        let start = ast.fields.len() as u32;
        ast.fields.extend_from_slice(self.fields.get(base..).unwrap_or(&[]));
        let fields = List { start, len: ast.fields.len() as u32 - start };
        self.fields.truncate(base);
        ast.tables.push(TableRecord { fields, open, close });
        let table = ast.tables.len() as u32 - 1;
        Ok(ast.push(Expr::Table(table)))
    }

    /// A list item is finished when the separator behind it has been read, unless the table ends there.
    fn finish_list_item(&mut self, base: usize) {
        if !self.is(Token::RightBrace) {
            self.finish_last_item(base);
        }
    }

    #[inline(never)]
    fn finish_last_item(&mut self, base: usize) {
        let place = self.place();
        if let Some(last) = self.fields.get_mut(base..).and_then(<[FieldRecord]>::last_mut)
            && matches!(last.key, FieldKey::None)
        {
            last.place = place;
        }
    }

    #[inline(never)]
    fn table_field(&mut self) -> Parsed<()> {
        let token = self.current.token;
        let is_named = matches!(token, Token::Name(_)) && self.is_assign_ahead()?;
        let (key, key_place) = match token {
            Token::Name(name) if is_named => {
                self.advance()?;
                (FieldKey::Name(name), self.place())
            }
            Token::LeftBracket => {
                self.advance()?;
                let key = self.expression(0)?;
                let key_place = self.place();
                self.expect(Token::RightBracket)?;
                (FieldKey::Expr(key), key_place)
            }
            _ => (FieldKey::None, self.place()),
        };
        if !matches!(key, FieldKey::None) {
            self.expect(Token::Assign)?;
        }
        let assign_place = self.place();
        let value = self.expression(0)?;
        let place = self.place();
        self.fields.push(FieldRecord { key, value, key_place, assign_place, place });
        Ok(())
    }

    #[inline(never)]
    fn is_assign_ahead(&mut self) -> Parsed<bool> {
        let ahead = match self.ahead {
            Some(ahead) => ahead,
            None => self.lexer.next()?,
        };
        self.ahead = Some(ahead);
        Ok(ahead.token == Token::Assign)
    }
}

/// Unary operators bind closer than all but `^`.
const UNARY_PRIORITY: u8 = 8;

fn unary_op(token: Token) -> Option<UnaryOp> {
    Some(match token {
        Token::Not => UnaryOp::Not,
        Token::Minus => UnaryOp::Negate,
        Token::Hash => UnaryOp::Length,
        _ => return None,
    })
}

/// The operator with its priorities to the left and to the right; a smaller one on the right makes it
/// group from the right. Lua 5.1 manual §2.5.6.
fn binary_op(token: Token) -> Option<(BinaryOp, u8, u8)> {
    Some(match token {
        Token::Or => (BinaryOp::Or, 1, 1),
        Token::And => (BinaryOp::And, 2, 2),
        Token::Equal => (BinaryOp::Equal, 3, 3),
        Token::NotEqual => (BinaryOp::NotEqual, 3, 3),
        Token::Less => (BinaryOp::Less, 3, 3),
        Token::LessEqual => (BinaryOp::LessEqual, 3, 3),
        Token::Greater => (BinaryOp::Greater, 3, 3),
        Token::GreaterEqual => (BinaryOp::GreaterEqual, 3, 3),
        Token::Concat => (BinaryOp::Concat, 5, 4),
        Token::Plus => (BinaryOp::Add, 6, 6),
        Token::Minus => (BinaryOp::Subtract, 6, 6),
        Token::Star => (BinaryOp::Multiply, 7, 7),
        Token::Slash => (BinaryOp::Divide, 7, 7),
        Token::Percent => (BinaryOp::Modulo, 7, 7),
        Token::Caret => (BinaryOp::Power, 10, 9),
        _ => return None,
    })
}
