//! Where a source uses global variables: for tools that know which there are.
//!
//! The compiled code says which names are global and on which lines; the tokens say where on the line. Where several
//! tokens could be meant, the first is taken: a caret may stand under the wrong one of two equal names on a line.

use crate::bytecode::Op;
use crate::error::CompileError;
use crate::lexer::{Lexeme, Lexer};
use crate::proto::{Constant, Proto};
use crate::token::Token;
use crate::{Options, compile_with, listing};

/// A use of a global variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalUse {
    /// Its name.
    pub name: Box<[u8]>,
    /// The line, from 1.
    pub line: u32,
    /// Where the name stands: an index into the source. `None` when no token was found for it.
    pub offset: Option<usize>,
    /// It is assigned to.
    pub is_write: bool,
    /// It stands in the main chunk, and not in a function in it.
    pub is_in_main: bool,
}

/// The uses of global variables that `is_wanted`, at most `most`, by line. Names behind the first 65,536 constants of
/// a function are not among them.
///
/// # Errors
/// The source does not compile.
pub fn uses(
    source: &[u8],
    chunk_name: &[u8],
    options: &Options,
    most: usize,
    is_wanted: impl Fn(&GlobalUse) -> bool,
) -> Result<Vec<GlobalUse>, CompileError> {
    let proto = compile_with(source, chunk_name, options)?;
    let mut uses = Vec::new();
    for (_, function) in listing::walk(&proto) {
        uses.extend(uses_in(function).filter(&is_wanted).take(most));
    }
    ordered::sort_by(&mut uses, |a, b| a.line.cmp(&b.line));
    uses.truncate(most);
    if !uses.is_empty() {
        find_tokens(Lexer::new(source, chunk_name, options.nested_brackets), &mut uses)?;
        ordered::sort_by(&mut uses, |a, b| (a.line, a.offset).cmp(&(b.line, b.offset)));
    }
    Ok(uses)
}

/// The uses in one function, in the order of its code.
fn uses_in(proto: &Proto) -> impl Iterator<Item = GlobalUse> {
    proto.code.iter().enumerate().filter_map(|(pc, instruction)| {
        let is_write = match instruction.op {
            Op::GetGlobal => false,
            Op::SetGlobal => true,
            _ => return None,
        };
        let Some(Constant::String(name)) = proto.constants.get(usize::from(instruction.d())) else {
            return None;
        };
        Some(GlobalUse {
            name: name.clone(),
            line: proto.lines.get(pc).copied().unwrap_or(0),
            offset: None,
            is_write,
            is_in_main: proto.line_defined == 0,
        })
    })
}

/// A name in the source that may be a use.
struct Candidate {
    line: u32,
    offset: usize,
    is_write: bool,
    is_taken: bool,
}

fn find_tokens(mut lexer: Lexer<'_>, uses: &mut [GlobalUse]) -> Result<(), CompileError> {
    let mut names: Vec<(Box<[u8]>, Vec<Candidate>)> = Vec::new();
    for one in uses.iter() {
        if !names.iter().any(|(name, _)| *name == one.name) {
            names.push((one.name.clone(), Vec::new()));
        }
    }
    // Whether the brackets that are open are those of constructors.
    let mut braces = Vec::new();
    let (mut before, mut current) = (None, lexer.next()?);
    while current.token != Token::Eof {
        let next = lexer.next()?;
        match current.token {
            Token::LeftBrace | Token::LeftParen | Token::LeftBracket => {
                braces.push(current.token == Token::LeftBrace);
            }
            Token::RightBrace | Token::RightParen | Token::RightBracket => {
                braces.pop();
            }
            _ => {}
        }
        if let Token::Name(symbol) = current.token
            && let Some((_, found)) =
                names.iter_mut().find(|(name, _)| **name == *lexer.symbols.text(symbol))
            && let Some(is_write) = kind(before, next, braces.last() == Some(&true))
        {
            let Lexeme { line, start, .. } = current;
            found.push(Candidate { line, offset: start, is_write, is_taken: false });
        }
        before = Some(current.token);
        current = next;
    }
    for one in uses {
        let Some((_, found)) = names.iter_mut().find(|(name, _)| *name == one.name) else {
            continue;
        };
        let free = found.iter_mut().filter(|candidate| !candidate.is_taken);
        let fit = |candidate: &&mut Candidate| {
            (candidate.line.abs_diff(one.line), candidate.is_write != one.is_write)
        };
        if let Some(best) = free.min_by_key(fit) {
            best.is_taken = true;
            one.offset = Some(best.offset);
        }
    }
    Ok(())
}

/// Whether a name with these neighbours looks like an assignment; `None` when it is no variable that could be global.
fn kind(before: Option<Token>, next: Lexeme, in_constructor: bool) -> Option<bool> {
    match before {
        // A field, a method, a label of a new local.
        Some(Token::Dot | Token::Colon | Token::Local | Token::For) => None,
        // A field of a constructor.
        Some(Token::LeftBrace | Token::Comma | Token::Semicolon)
            if in_constructor && next.token == Token::Assign =>
        {
            None
        }
        Some(Token::Function) => Some(true),
        _ => Some(next.token == Token::Assign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let wanted = |one: &GlobalUse| &*one.name != b"print";
        let uses = uses(source.as_bytes(), b"=t", &Options::default(), 10, wanted).unwrap();
        let text = |one: &GlobalUse| {
            let name = String::from_utf8_lossy(&one.name).into_owned();
            let offset = one.offset.unwrap();
            assert!(source[offset..].starts_with(&name));
            let mark = if one.is_write { "=" } else { "" };
            format!("{name}{mark}@{offset}")
        };
        assert_eq!(uses.iter().map(text).collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn uses_stand_at_their_names() {
        check("print(x)\n  y = x", "x@6 y=@11 x@15");
        check("local x = x", "x@10");
        check("local t = { x = x, t.x, t:x() }\nreturn t.x", "x@16 t@19 t@24");
        check("local a = {} a[1], x = 1, { 2, x = 3 }", "x=@19");
        check("function f() return f end", "f=@9 f@20");
        check("local a\na = function() b = 1 end", "b=@23");
        check("-- x\nlocal s = 'x' .. \n x", "x@24");
    }

    #[test]
    fn a_function_around_is_known() {
        let uses =
            uses(b"a() local function f() b() end", b"=t", &Options::default(), 10, |_| true);
        let flags: Vec<bool> = uses.unwrap().iter().map(|one| one.is_in_main).collect();
        assert_eq!(flags, [true, false]);
    }
}
