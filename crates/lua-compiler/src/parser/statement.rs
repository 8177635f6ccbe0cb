//! Statements. Those that hold a block only read its opening: what is in it, and its end, come back to the
//! loop over blocks.

use super::{Block, BlockKind, Parsed, Parser};
use crate::ast::{Expr, Item, List, Statement};
use crate::intern::Symbol;
use crate::limits::SYNTAX_LEVELS_MAX;
use crate::resolve::TooMany;
use crate::token::Token;

impl Parser<'_> {
    /// Reads a statement, or the opening of one that holds a block. True when it must be the block's last.
    #[inline(never)]
    pub(super) fn statement(&mut self) -> Parsed<bool> {
        let line = self.line();
        let offset = self.current.start;
        match self.current.token {
            Token::If => {
                self.advance()?;
                let condition = self.expression(0)?;
                let place = self.place();
                self.expect(Token::Then)?;
                self.emit(Statement::If { condition, place });
                self.open_block(BlockKind::If, line, 0, offset)?;
                return Ok(false);
            }
            Token::While => {
                self.advance()?;
                let condition = self.expression(0)?;
                let place = self.place();
                self.expect(Token::Do)?;
                self.emit(Statement::While { condition, place });
                self.open_block(BlockKind::While, line, 0, offset)?;
                return Ok(false);
            }
            Token::Do => {
                self.advance()?;
                self.emit(Statement::Do);
                self.open_block(BlockKind::Do, line, 0, offset)?;
                return Ok(false);
            }
            Token::Repeat => {
                self.advance()?;
                self.emit(Statement::Repeat);
                self.open_block(BlockKind::Repeat, line, 0, offset)?;
                return Ok(false);
            }
            Token::For => {
                self.for_statement(line, offset)?;
                return Ok(false);
            }
            Token::Function => self.function_statement(line)?,
            Token::Local => {
                self.advance()?;
                if self.accept(Token::Function)? { self.local_function()? } else { self.local()? }
            }
            Token::Return => {
                self.return_statement()?;
                return Ok(true);
            }
            Token::Break => {
                self.break_statement()?;
                return Ok(true);
            }
            _ => self.expression_statement()?,
        }
        self.accept(Token::Semicolon)?;
        Ok(false)
    }

    #[inline(never)]
    fn return_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        let values = match self.current.token {
            Token::Else
            | Token::ElseIf
            | Token::End
            | Token::Eof
            | Token::Until
            | Token::Semicolon => List::default(),
            _ => self.expression_list()?,
        };
        let place = self.place();
        self.emit(Statement::Return { values, place });
        self.accept(Token::Semicolon)?;
        Ok(())
    }

    #[inline(never)]
    fn break_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        let is_loop = |block: &Block| {
            matches!(block.kind, BlockKind::While | BlockKind::Repeat | BlockKind::For)
        };
        let mut of_function =
            self.blocks.iter().rev().take_while(|block| block.kind != BlockKind::Function);
        if !of_function.any(is_loop) {
            return Err(self.syntax_error("no loop to break"));
        }
        let place = self.place();
        self.emit(Statement::Break { place });
        self.accept(Token::Semicolon)?;
        Ok(())
    }

    #[inline(never)]
    fn for_statement(&mut self, line: u32, offset: usize) -> Parsed<()> {
        let outer_locals = self.scopes.active();
        self.advance()?;
        let name = self.expect_name()?;
        let statement = self.function.ast.statements.len();
        let names = match self.current.token {
            Token::Assign => self.numeric_for(name, line)?,
            Token::Comma | Token::In => self.generic_for(name)?,
            _ => return Err(self.syntax_error("'=' or 'in' expected")),
        };
        self.scopes.activate(names);
        self.open_block(BlockKind::For, line, statement, offset)?;
        if let Some(block) = self.blocks.last_mut() {
            block.outer_locals = outer_locals;
        }
        Ok(())
    }

    #[inline(never)]
    fn numeric_for(&mut self, name: Symbol, line: u32) -> Parsed<usize> {
        for hidden in ["(for index)", "(for limit)", "(for step)"] {
            self.declare_hidden(hidden)?;
        }
        self.declare(name)?;
        self.expect(Token::Assign)?;
        let base = self.items.len();
        self.item()?;
        self.expect(Token::Comma)?;
        self.item()?;
        if self.accept(Token::Comma)? {
            self.item()?;
        }
        let values = self.take_items(base);
        self.scopes.activate(3);
        self.expect(Token::Do)?;
        let place = self.place();
        self.emit(Statement::NumericFor { values, place, wide: false, line });
        Ok(1)
    }

    #[inline(never)]
    fn generic_for(&mut self, name: Symbol) -> Parsed<usize> {
        for hidden in ["(for generator)", "(for state)", "(for control)"] {
            self.declare_hidden(hidden)?;
        }
        self.declare(name)?;
        let mut names = 1;
        while self.accept(Token::Comma)? {
            let name = self.expect_name()?;
            self.declare(name)?;
            names += 1;
        }
        self.expect(Token::In)?;
        let line = self.line();
        let values = self.expression_list()?;
        let list_place = self.place();
        self.scopes.activate(3);
        self.expect(Token::Do)?;
        let place = self.place();
        self.emit(Statement::GenericFor { names: names as u8, values, list_place, place, line });
        Ok(names)
    }

    #[inline(never)]
    fn function_statement(&mut self, line: u32) -> Parsed<()> {
        self.advance()?;
        let name = self.expect_name()?;
        let mut target = self.variable(name)?;
        let mut is_method = false;
        while !is_method && matches!(self.current.token, Token::Dot | Token::Colon) {
            is_method = self.is(Token::Colon);
            target = self.field(target)?;
        }
        self.assigned(target);
        let proto = self.body(line, is_method)?;
        let place = self.place();
        self.emit(Statement::Function { target, proto, place, line });
        Ok(())
    }

    #[inline(never)]
    fn local_function(&mut self) -> Parsed<()> {
        let name = self.expect_name()?;
        self.declare(name)?;
        self.scopes.activate(1);
        let proto = self.body(self.line(), false)?;
        let place = self.place();
        self.emit(Statement::LocalFunction { proto, place });
        Ok(())
    }

    #[inline(never)]
    fn local(&mut self) -> Parsed<()> {
        let mut count = 0usize;
        loop {
            let name = self.expect_name()?;
            self.declare(name)?;
            count += 1;
            if !self.accept(Token::Comma)? {
                break;
            }
        }
        let values =
            if self.accept(Token::Assign)? { self.expression_list()? } else { List::default() };
        let place = self.place();
        self.emit(Statement::Local { count: count as u8, values, place });
        self.scopes.activate(count);
        Ok(())
    }

    #[inline(never)]
    fn expression_statement(&mut self) -> Parsed<()> {
        let first = self.primary()?;
        if matches!(self.function.ast.expr(first), Expr::Call { .. } | Expr::Method { .. }) {
            let place = self.place();
            self.emit(Statement::Call { call: first, place });
            return Ok(());
        }
        let base = self.items.len();
        let mut target = first;
        loop {
            let expr = self.function.ast.expr(target);
            let assignable = matches!(
                expr,
                Expr::Local(_)
                    | Expr::Upvalue(_)
                    | Expr::Global(_)
                    | Expr::Field { .. }
                    | Expr::Index { .. }
            );
            if !assignable {
                return Err(self.syntax_error("syntax error"));
            }
            self.assigned(target);
            self.items.push(Item { expr: target, place: self.place() });
            if !self.accept(Token::Comma)? {
                break;
            }
            target = self.primary()?;
            let limit = SYNTAX_LEVELS_MAX.saturating_sub(self.levels) as usize;
            if self.items.len() - base > limit {
                let line_defined = self.scopes.line_defined();
                let what = "variables in assignment";
                return Err(self.too_many(TooMany::AtOnce { line_defined, limit, what }));
            }
        }
        self.expect(Token::Assign)?;
        let targets = self.take_items(base);
        let values = self.expression_list()?;
        let place = self.place();
        self.emit(Statement::Assign { targets, values, place });
        Ok(())
    }
}
