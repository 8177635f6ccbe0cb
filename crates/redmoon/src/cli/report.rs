//! Errors as people read them: what, where, a caret under the place, and a hint.

use std::io::Write;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anstream::{AutoStream, ColorChoice};
use lua_compiler::CompileError;

/// What often is the matter, by a part of PUC's message.
const HINTS: &[(&str, &str)] = &[
    ("'=' expected", "a statement is an assignment, a call, or begins with a keyword"),
    ("'<eof>' expected", "this closes a block that was never opened"),
    ("'end' expected", "every function, do, then and loop is closed by its own end"),
    ("'until' expected", "repeat is closed by until and a condition"),
    ("'then' expected", "if and elseif are followed by a condition and then; compare with =="),
    ("'do' expected", "for and while are followed by do; compare with =="),
    ("'<name>' expected", "keywords such as end, not or repeat are no names"),
    ("ambiguous syntax", "put a ; before the bracket, or move it to the line of the function"),
    ("unfinished string", "a string ends on its line; use [[ ]] for more lines"),
    ("unfinished long", "a long bracket [==[ is closed by ]==] with as many ="),
    ("malformed number", "a name does not begin with a digit; put a space behind the number"),
    ("no loop to break", "break stands inside for, while or repeat"),
    ("cannot use '...' outside", "only a function declared with ... and the main chunk have ..."),
    ("has more than 200 local variables", "move some into a table or a do block"),
    ("has more than 60 upvalues", "keep what the function captures in a table"),
    ("too many syntax levels", "name some of the nested parts with local variables"),
];

/// Text in front of and behind the line with the error that is looked at.
const CONTEXT_LEN_MAX: usize = 4096;

/// Prints an error in a source to standard error, with colours on a terminal.
pub(crate) fn compile_error(path: &str, source: &[u8], error: &CompileError) {
    let mut stderr = AutoStream::auto(std::io::stderr());
    let styled = stderr.current_choice() != ColorChoice::Never;
    let text = render(path, source, error, styled);
    // Without a standard error nobody can be told.
    let _ = writeln!(stderr, "{text}");
}

/// Prints an error without a place to standard error.
pub(crate) fn message(text: &str) {
    titled(Level::ERROR, text);
}

/// Prints a warning to standard error.
pub(crate) fn warning(text: &str) {
    titled(Level::WARNING, text);
}

fn titled(level: Level<'_>, text: &str) {
    let mut stderr = AutoStream::auto(std::io::stderr());
    let styled = stderr.current_choice() != ColorChoice::Never;
    let group = level.primary_title(text);
    let report = [annotate_snippets::Group::with_title(group)];
    let _ = writeln!(stderr, "{}", renderer(styled).render(&report));
}

fn renderer(styled: bool) -> Renderer {
    if styled { Renderer::styled() } else { Renderer::plain() }
}

fn render(path: &str, source: &[u8], error: &CompileError, styled: bool) -> String {
    let message = String::from_utf8_lossy(error.message());
    let title = without_position(&message, error.line());
    let offset = error.offset().min(source.len());
    // The line with the error; what is not UTF-8 in it is replaced, and the caret moves along.
    let start = source[..offset].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    let start = start.max(offset.saturating_sub(CONTEXT_LEN_MAX));
    let end =
        source[offset..].iter().position(|&b| b == b'\n').map_or(source.len(), |n| offset + n);
    let end = end.min(offset + CONTEXT_LEN_MAX);
    let before = String::from_utf8_lossy(&source[start..offset]);
    let rest = String::from_utf8_lossy(&source[offset..end]);
    let near = error.near().filter(|near| source[offset..].starts_with(near));
    let token = near.map_or("", |near| std::str::from_utf8(near).unwrap_or(""));
    let marked = token
        .lines()
        .next()
        .map_or(0, str::len)
        .clamp(usize::from(!rest.is_empty()), rest.len().max(1));
    let marked = (marked..=rest.len()).find(|&len| rest.is_char_boundary(len)).unwrap_or(0);
    let line = format!("{before}{rest}");
    let place = before.len()..before.len() + marked;
    let line_number = 1 + source[..start].split(|&b| b == b'\n').skip(1).count();
    let snippet = Snippet::source(line)
        .line_start(line_number)
        .path(path)
        .annotation(AnnotationKind::Primary.span(place));
    let mut group = Level::ERROR.primary_title(title).element(snippet);
    if let Some(hint) = hint(&message) {
        group = group.element(Level::HELP.message(hint));
    }
    renderer(styled).render(&[group])
}

/// What often is the matter when the compiler says this.
pub(crate) fn hint(message: &str) -> Option<&'static str> {
    HINTS.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| *hint)
}

/// PUC's message without the `chunk:line: ` that it begins with.
fn without_position(message: &str, line: u32) -> &str {
    let position = format!(":{line}: ");
    match message.find(&position) {
        Some(at) => &message[at + position.len()..],
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &[u8], expected: &str) {
        let Err(error) = lua_compiler::compile(source, b"@t.lua") else {
            panic!("the source compiles");
        };
        assert_eq!(render("t.lua", source, &error, false), expected);
    }

    #[test]
    fn a_caret_stands_under_the_place() {
        check(
            b"local x = 1\nlocal = 5\n",
            "error: '<name>' expected near '='\n --> t.lua:2:7\n  |\n2 | local = 5\n  |       ^\n  |\n  = help: keywords such as end, not or repeat are no names",
        );
    }

    #[test]
    fn bytes_that_are_no_text_do_no_harm() {
        let Err(error) = lua_compiler::compile(b"x = \"\xff\xfe\" y z\n", b"@t.lua") else {
            panic!("the source compiles");
        };
        let text = render("t.lua", b"x = \"\xff\xfe\" y z\n", &error, false);
        assert!(text.contains("near 'z'") && text.contains('^'), "{text}");
    }

    #[test]
    fn the_end_of_the_source_is_a_place_too() {
        let Err(error) = lua_compiler::compile(b"if x then\n", b"@t.lua") else {
            panic!("the source compiles");
        };
        assert!(error.at_eof());
        assert!(render("t.lua", b"if x then\n", &error, false).contains("every function"));
    }
}
