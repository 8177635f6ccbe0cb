//! Tokens to trees, one function per production of the manual's §8.
//!
//! Only expressions and function bodies recurse, at most [`SYNTAX_LEVELS_MAX`] deep; blocks are kept on a
//! list. The functions on that path are kept apart (`inline(never)`) so that each has a small frame: all of it
//! must fit a host stack of 256 KB (`tests/depth.rs`). As soon as a function has been read its code is generated and its tree dropped.

use std::sync::Arc;

use crate::ast::*;
use crate::codegen;
use crate::error::{CompileError, Near};
use crate::intern::Symbol;
use crate::lexer::{Lexeme, Lexer};
use crate::limits::{PROTOS_MAX, SOURCE_MAX, SYNTAX_LEVELS_MAX, WIDE_LOOP_BYTES};
use crate::proto::Proto;
use crate::resolve::{Scopes, TooMany, Variable};
use crate::token::Token;

type Parsed<T> = Result<T, CompileError>;

/// A function that has been read, for the code generator.
#[derive(Default)]
pub(crate) struct FunctionSource {
    pub(crate) ast: Ast,
    pub(crate) protos: Vec<Proto>,
    /// What the children take from this function's registers.
    pub(crate) captures: Vec<Capture>,
    pub(crate) line_defined: u32,
    pub(crate) last_line_defined: u32,
    pub(crate) params: u8,
    pub(crate) is_vararg: bool,
    pub(crate) has_arg: bool,
    pub(crate) needs_arg: bool,
    pub(crate) end: Place,
}

/// A child's upvalue that is a local of the function around it.
#[derive(Clone, Copy)]
pub(crate) struct Capture {
    pub(crate) proto: usize,
    pub(crate) upvalue: usize,
    /// Index of the local's declaration.
    pub(crate) declaration: u32,
}

/// A block that is open.
#[derive(Clone, Copy)]
struct Block {
    kind: BlockKind,
    /// Line of the word that opened it.
    line: u32,
    /// Where the tape has its opening.
    statement: usize,
    /// Where the source has it.
    offset: usize,
    /// Number of active locals outside of it.
    outer_locals: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    Function,
    Do,
    While,
    Repeat,
    If,
    Else,
    For,
}

pub(crate) struct Parser<'s> {
    lexer: Lexer<'s>,
    source: Arc<[u8]>,
    current: Lexeme,
    ahead: Option<Lexeme>,
    /// Line of the last token that was consumed.
    last_line: u32,
    levels: u32,
    scopes: Scopes,
    function: FunctionSource,
    outer_functions: Vec<FunctionSource>,
    workspace: codegen::Workspace,
    blocks: Vec<Block>,
    /// Lists being read; a finished one moves to the tree.
    items: Vec<Item>,
    fields: Vec<FieldRecord>,
}

/// Compiles a whole chunk.
pub(crate) fn parse_chunk(
    source: &[u8],
    chunk_name: &[u8],
    levels: u32,
    nested_brackets: bool,
) -> Parsed<Proto> {
    if source.len() > SOURCE_MAX {
        return Err(CompileError::at(chunk_name, b"chunk has too many lines", 1, 0, None));
    }
    let mut lexer = Lexer::new(source, chunk_name, nested_brackets);
    let current = lexer.next()?;
    let mut parser = Parser {
        lexer,
        source: chunk_name.into(),
        current,
        ahead: None,
        last_line: 1,
        levels,
        scopes: Scopes::default(),
        function: FunctionSource::default(),
        outer_functions: Vec::new(),
        workspace: codegen::Workspace::default(),
        blocks: Vec::new(),
        items: Vec::new(),
        fields: Vec::new(),
    };
    parser.main()
}

// Tokens and errors.
impl Parser<'_> {
    #[inline(never)]
    fn advance(&mut self) -> Parsed<()> {
        self.last_line = self.line();
        self.current = match self.ahead.take() {
            Some(lexeme) => lexeme,
            None => self.lexer.next()?,
        };
        Ok(())
    }

    /// The line at which the lexer stands: where the current token ends, or the one behind it when the
    /// parser has looked ahead (as in PUC, whose lines depend on it).
    fn line(&self) -> u32 {
        self.lexer.line()
    }

    fn place(&self) -> Place {
        Place { line: self.last_line, offset: self.current.start as u32 }
    }

    fn is(&self, token: Token) -> bool {
        self.current.token == token
    }

    #[inline(never)]
    fn accept(&mut self, token: Token) -> Parsed<bool> {
        let found = self.is(token);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    #[inline(never)]
    fn expect(&mut self, token: Token) -> Parsed<()> {
        if self.accept(token)? { Ok(()) } else { Err(self.expected(token)) }
    }

    /// Expects what closes `open`, which stood on `line`.
    #[inline(never)]
    fn expect_closing(&mut self, close: Token, open: Token, line: u32) -> Parsed<()> {
        if self.accept(close)? {
            return Ok(());
        }
        if line == self.line() {
            return Err(self.expected(close));
        }
        let close = close.fixed_text().unwrap_or("");
        let open = open.fixed_text().unwrap_or("");
        Err(self.syntax_error(&format!("'{close}' expected (to close '{open}' at line {line})")))
    }

    #[inline(never)]
    fn expect_name(&mut self) -> Parsed<Symbol> {
        let Token::Name(name) = self.current.token else {
            return Err(self.syntax_error("'<name>' expected"));
        };
        self.advance()?;
        Ok(name)
    }

    #[cold]
    fn expected(&self, token: Token) -> CompileError {
        self.syntax_error(&format!("'{}' expected", token.fixed_text().unwrap_or("")))
    }

    /// An error that names the current token.
    #[cold]
    fn syntax_error(&self, text: &str) -> CompileError {
        self.error(text, self.lexer.near(&self.current))
    }

    #[cold]
    fn error(&self, text: &str, near: Option<Near>) -> CompileError {
        let (line, offset) = (self.line(), self.current.start);
        CompileError::at(self.lexer.chunk_name, text.as_bytes(), line, offset, near)
    }

    #[cold]
    fn too_many(&self, found: TooMany) -> CompileError {
        let TooMany::AtOnce { line_defined, limit, what } = found else {
            let (line, offset) = (self.line(), self.current.start);
            return CompileError::plain("too many local variables", line, offset);
        };
        let text = if line_defined == 0 {
            format!("main function has more than {limit} {what}")
        } else {
            format!("function at line {line_defined} has more than {limit} {what}")
        };
        self.error(&text, None)
    }

    #[inline(never)]
    fn enter_level(&mut self) -> Parsed<()> {
        self.levels += 1;
        if self.levels > SYNTAX_LEVELS_MAX {
            return Err(self.error("chunk has too many syntax levels", None));
        }
        Ok(())
    }

    fn declare(&mut self, name: Symbol) -> Parsed<()> {
        self.scopes.declare(name).map_err(|found| self.too_many(found))
    }

    #[inline(never)]
    fn declare_hidden(&mut self, name: &str) -> Parsed<()> {
        let name = self.lexer.symbols.intern(name.as_bytes());
        self.declare(name)
    }

    #[inline(never)]
    fn emit(&mut self, statement: Statement) {
        self.function.ast.statements.push(statement);
    }
}

// Functions and blocks.
impl Parser<'_> {
    fn main(&mut self) -> Parsed<Proto> {
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
    fn body(&mut self, line: u32, is_method: bool) -> Parsed<u32> {
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
    fn open_block(
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
    fn until(&mut self, block: Block) -> Parsed<()> {
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

// Statements.
impl Parser<'_> {
    /// Reads a statement, or the opening of one that holds a block. True when it must be the block's last.
    #[inline(never)]
    fn statement(&mut self) -> Parsed<bool> {
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

// Expressions.
impl Parser<'_> {
    #[inline(never)]
    fn take_items(&mut self, base: usize) -> List {
        let list = self.function.ast.push_list(self.items.get(base..).unwrap_or(&[]));
        self.items.truncate(base);
        list
    }

    /// Reads an expression onto the list being read.
    #[inline(always)]
    fn item(&mut self) -> Parsed<()> {
        let expr = self.expression(0)?;
        self.items.push(Item { expr, place: self.place() });
        Ok(())
    }

    #[inline(always)]
    fn expression_list(&mut self) -> Parsed<List> {
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
    fn expression(&mut self, limit: u8) -> Parsed<ExprId> {
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
    fn assigned(&mut self, target: ExprId) {
        match self.function.ast.expr(target) {
            Expr::Local(register) => self.scopes.assign(Variable::Local(register)),
            Expr::Upvalue(index) => self.scopes.assign(Variable::Upvalue(index)),
            _ => {}
        }
    }

    #[inline(never)]
    fn variable(&mut self, name: Symbol) -> Parsed<ExprId> {
        let expr = match self.scopes.resolve(name).map_err(|found| self.too_many(found))? {
            Variable::Local(register) => Expr::Local(register),
            Variable::Upvalue(index) => Expr::Upvalue(index),
            Variable::Global => Expr::Global(name),
        };
        Ok(self.function.ast.push(expr))
    }

    /// Reads a name or a parenthesis, and the suffixes behind it.
    #[inline(never)]
    fn primary(&mut self) -> Parsed<ExprId> {
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
    fn field(&mut self, table: ExprId) -> Parsed<ExprId> {
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
    fn table(&mut self) -> Parsed<ExprId> {
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
