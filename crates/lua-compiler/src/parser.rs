//! Tokens to trees, one function per production of the manual's §8.
//!
//! Only expressions and function bodies recurse, at most [`SYNTAX_LEVELS_MAX`] deep; blocks are kept on a
//! list. The functions on that path are kept apart (`inline(never)`) so that each has a small frame: all of it
//! must fit a host stack of 256 KB (`tests/depth.rs`). As soon as a function has been read its code is generated and its tree dropped.

mod block;
mod expression;
mod statement;

use std::sync::Arc;

use crate::Options;
use crate::ast::{Ast, FieldRecord, Item, Place, Statement};
use crate::codegen;
use crate::error::{CompileError, Near};
use crate::intern::Symbol;
use crate::lexer::{Lexeme, Lexer};
use crate::limits::{SOURCE_MAX, SYNTAX_LEVELS_MAX};
use crate::proto::Proto;
use crate::resolve::{Scopes, TooMany};
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
pub(crate) fn parse_chunk(source: &[u8], chunk_name: &[u8], options: &Options) -> Parsed<Proto> {
    if source.len() > SOURCE_MAX {
        return Err(CompileError::at(chunk_name, b"chunk has too many lines", 1, 0, None));
    }
    let mut lexer = Lexer::new(source, chunk_name, options.nested_brackets);
    let current = lexer.next()?;
    let mut parser = Parser {
        lexer,
        source: chunk_name.into(),
        current,
        ahead: None,
        last_line: 1,
        levels: options.levels_in_use,
        scopes: Scopes::default(),
        function: FunctionSource::default(),
        outer_functions: Vec::new(),
        workspace: codegen::Workspace::new(options.power),
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
