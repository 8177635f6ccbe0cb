//! Functions and blocks: what opens and closes them.

use std::sync::Arc;

use super::{Block, BlockKind, Capture, FunctionSource, Parsed, Parser};
use crate::ast::Statement;
use crate::codegen;
use crate::error::CompileError;
use crate::limits::{PROTOS_MAX, WIDE_LOOP_BYTES};
use crate::proto::Proto;
use crate::token::Token;

impl Parser<'_> {
    pub(super) fn main(&mut self) -> Parsed<Proto> {
        self.scopes.open_function(0);
        self.function.is_vararg = true;
        self.block_of_function()?;
        if !self.is(Token::Eof) {
            return Err(self.expected(Token::Eof));
        }
        self.function.end = self.place();
        self.close_function()
    }

    /// Reads a body from its parameters to its `end`; returns the index of the new child prototype.
    #[inline(never)]
    pub(super) fn body(&mut self, line: u32, is_method: bool) -> Parsed<u32> {
        self.open_function(line);
        self.expect(Token::LeftParen)?;
        if is_method {
            self.declare_hidden("self")?;
            self.scopes.activate(1);
        }
        self.parameters()?;
        self.expect(Token::RightParen)?;
        self.block_of_function()?;
        self.function.last_line_defined = self.line();
        self.expect_closing(Token::End, Token::Function, line)?;
        self.function.end = self.place();
        self.finish_body()
    }

    #[inline(never)]
    fn open_function(&mut self, line: u32) {
        self.scopes.open_function(line);
        let ast = self.workspace.trees.pop().unwrap_or_default();
        let inner = FunctionSource { ast, line_defined: line, ..FunctionSource::default() };
        self.outer_functions.push(core::mem::replace(&mut self.function, inner));
    }

    /// Generates the code of the innermost function and goes on with the one around it.
    #[inline(never)]
    fn close_function(&mut self) -> Parsed<Proto> {
        let outer = self.outer_functions.pop().unwrap_or_default();
        let function = core::mem::replace(&mut self.function, outer);
        let variables = self.scopes.close_function();
        let proto = self.function.protos.len();
        let captured =
            variables.upvalues.iter().enumerate().filter(|(_, taken)| taken.from_register);
        self.function.captures.extend(captured.map(|(upvalue, taken)| Capture {
            proto,
            upvalue,
            declaration: taken.declaration,
        }));
        let source = Arc::clone(&self.source);
        let (symbols, workspace) = (&self.lexer.symbols, &mut self.workspace);
        codegen::generate(function, variables, source, symbols, workspace)
            .map_err(|failure| self.generator_error(failure))
    }

    #[inline(never)]
    fn finish_body(&mut self) -> Parsed<u32> {
        let proto = self.close_function()?;
        let index = self.function.protos.len();
        if index >= PROTOS_MAX {
            let (line, offset) = (self.line(), self.current.start);
            return Err(CompileError::plain("constant table overflow", line, offset));
        }
        self.function.protos.push(proto);
        Ok(index as u32)
    }

    #[inline(never)]
    fn parameters(&mut self) -> Parsed<()> {
        let mut count = 0;
        if !self.is(Token::RightParen) {
            loop {
                match self.current.token {
                    Token::Name(name) => {
                        self.advance()?;
                        self.declare(name)?;
                    }
                    Token::Dots => {
                        self.advance()?;
                        self.declare_hidden("arg")?;
                        self.function.is_vararg = true;
                        self.function.has_arg = true;
                        self.function.needs_arg = true;
                    }
                    _ => return Err(self.syntax_error("<name> or '...' expected")),
                }
                count += 1;
                if self.function.is_vararg || !self.accept(Token::Comma)? {
                    break;
                }
            }
        }
        self.scopes.activate(count);
        let hidden = usize::from(self.function.has_arg);
        self.function.params = (self.scopes.active() - hidden) as u8;
        Ok(())
    }

    /// The generator knows where the parser stood when PUC would have found the same; which token that
    /// was is found by reading once more.
    #[cold]
    fn generator_error(&self, failure: codegen::Failure) -> CompileError {
        let (text, place) = match failure {
            codegen::Failure::Constants(place) => {
                let offset = place.offset as usize;
                return CompileError::plain("constant table overflow", place.line, offset);
            }
            codegen::Failure::TooComplex(place) => ("function or expression too complex", place),
            codegen::Failure::TooLong(place) => ("control structure too long", place),
        };
        let mut again = self.lexer.restarted();
        let lexeme = loop {
            match again.next() {
                Ok(lexeme) if lexeme.token == Token::Eof => break lexeme,
                Ok(lexeme) if lexeme.start >= place.offset as usize => break lexeme,
                Ok(_) => {}
                Err(error) => return error,
            }
        };
        let near = again.near(&lexeme);
        let text = text.as_bytes();
        CompileError::at(self.lexer.chunk_name, text, lexeme.line, lexeme.start, near)
    }

    #[inline(never)]
    pub(super) fn open_block(
        &mut self,
        kind: BlockKind,
        line: u32,
        statement: usize,
        offset: usize,
    ) -> Parsed<()> {
        self.enter_level()?;
        let active = self.scopes.active();
        let block = Block { kind, line, statement, offset, outer_locals: active };
        self.blocks.push(block);
        Ok(())
    }

    /// Reads the statements of a function's body, those of the blocks in it included.
    #[inline(never)]
    fn block_of_function(&mut self) -> Parsed<()> {
        self.open_block(BlockKind::Function, 0, 0, 0)?;
        loop {
            let is_last = match self.current.token {
                Token::Else | Token::ElseIf | Token::End | Token::Eof | Token::Until => true,
                _ => self.statement()?,
            };
            if is_last {
                let Some(block) = self.blocks.pop() else { return Ok(()) };
                self.levels -= 1;
                if block.kind == BlockKind::Function {
                    return Ok(());
                }
                self.close_block(block)?;
            }
        }
    }

    /// Reads what ends `block`, after its last statement.
    #[inline(never)]
    fn close_block(&mut self, block: Block) -> Parsed<()> {
        if block.kind == BlockKind::Repeat {
            return self.until(block);
        }
        let before = self.place();
        self.scopes.close_block(block.outer_locals);
        let opening = match block.kind {
            BlockKind::If if self.is(Token::ElseIf) => return self.else_if(block),
            BlockKind::If if self.is(Token::Else) => {
                self.emit(Statement::Else { before });
                let offset = self.current.start;
                self.advance()?;
                return self.open_block(BlockKind::Else, block.line, 0, offset);
            }
            BlockKind::If | BlockKind::Else => Token::If,
            BlockKind::While => Token::While,
            BlockKind::For => Token::For,
            BlockKind::Do | BlockKind::Function | BlockKind::Repeat => Token::Do,
        };
        self.emit(Statement::End { place: before });
        if block.kind == BlockKind::For && self.current.start - block.offset > WIDE_LOOP_BYTES {
            let opening = self.function.ast.statements.get_mut(block.statement);
            if let Some(Statement::NumericFor { wide, .. }) = opening {
                *wide = true;
            }
        }
        self.expect_closing(Token::End, opening, block.line)?;
        self.accept(Token::Semicolon)?;
        Ok(())
    }

    #[inline(never)]
    fn else_if(&mut self, block: Block) -> Parsed<()> {
        let before = self.place();
        let offset = self.current.start;
        self.advance()?;
        let condition = self.expression(0)?;
        let place = self.place();
        self.expect(Token::Then)?;
        self.emit(Statement::ElseIf { before, condition, place });
        self.open_block(BlockKind::If, block.line, 0, offset)
    }

    #[inline(never)]
    pub(super) fn until(&mut self, block: Block) -> Parsed<()> {
        let before = self.place();
        self.expect_closing(Token::Until, Token::Repeat, block.line)?;
        let condition = self.expression(0)?;
        let place = self.place();
        self.emit(Statement::Until { condition, before, place });
        self.scopes.close_block(block.outer_locals);
        self.accept(Token::Semicolon)?;
        Ok(())
    }
}
