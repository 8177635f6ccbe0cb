//! The tokens: what logos recognises ([`Shape`]), and what the parser sees ([`Token`]). Strings, long
//! brackets and comments are only recognised by how they open; [`crate::lexer`] reads on by hand.

use logos::Logos;

use crate::intern::Symbol;

macro_rules! tokens {
    ($($name:ident = $text:literal)*) => {
        /// What the bytes at some place start with.
        #[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
        #[logos(utf8 = false)]
        #[logos(skip(r"[ \t\x0b\x0c]+"))]
        pub(crate) enum Shape {
            $(#[token($text)] $name,)*
            /// PUC looks for the second dot with `strchr`, which also finds the terminator.
            #[regex(r"(?-u:\.[.\x00])")]
            Concat,
            #[regex(r"(?-u:\.[.\x00][.\x00])")]
            Dots,
            #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
            Name,
            /// As far as PUC reads on; whether it is a number is seen afterwards. PUC asks for `e` and
            /// the sign with `strchr`, which also finds the terminator: so `1\0` is a number.
            #[regex(r"(?-u:\.?[0-9][0-9.]*([eE\x00][+\-\x00]?)?[A-Za-z0-9_]*)")]
            Number,
            #[token("\"")]
            #[token("'")]
            Quote,
            #[regex(r"\[=*\[")]
            LongBracket,
            #[regex(r"\[=+")]
            BrokenBracket,
            #[token("--")]
            Comment,
            #[regex(r"\r\n|\n\r|\n|\r")]
            LineEnd,
            /// Any other byte: a token of its own, which no production accepts.
            #[regex(r"(?s-u:.)", priority = 0)]
            Other,
        }

        /// A token as the parser sees it.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub(crate) enum Token {
            $($name,)*
            Concat,
            Dots,
            Name(Symbol),
            Number(f64),
            String(Symbol),
            Other(u8),
            Eof,
        }

        impl Token {
            /// The text of a token that is always written the same.
            pub(crate) const fn fixed_text(self) -> Option<&'static str> {
                Some(match self {
                    $(Token::$name => $text,)*
                    Token::Concat => "..",
                    Token::Dots => "...",
                    Token::Eof => "<eof>",
                    Token::Name(_) | Token::Number(_) | Token::String(_) | Token::Other(_) => return None,
                })
            }
        }

        impl Shape {
            /// The token, when the shape says all about it.
            pub(crate) const fn fixed_token(self) -> Option<Token> {
                Some(match self {
                    $(Shape::$name => Token::$name,)*
                    Shape::Concat => Token::Concat,
                    Shape::Dots => Token::Dots,
                    Shape::Name | Shape::Number | Shape::Quote | Shape::LongBracket
                    | Shape::BrokenBracket | Shape::Comment | Shape::LineEnd | Shape::Other => return None,
                })
            }
        }
    };
}

tokens! {
    And = "and"
    Break = "break"
    Do = "do"
    Else = "else"
    ElseIf = "elseif"
    End = "end"
    False = "false"
    For = "for"
    Function = "function"
    If = "if"
    In = "in"
    Local = "local"
    Nil = "nil"
    Not = "not"
    Or = "or"
    Repeat = "repeat"
    Return = "return"
    Then = "then"
    True = "true"
    Until = "until"
    While = "while"
    Plus = "+"
    Minus = "-"
    Star = "*"
    Slash = "/"
    Percent = "%"
    Caret = "^"
    Hash = "#"
    LeftParen = "("
    RightParen = ")"
    LeftBrace = "{"
    RightBrace = "}"
    LeftBracket = "["
    RightBracket = "]"
    Semicolon = ";"
    Colon = ":"
    Comma = ","
    Dot = "."
    Assign = "="
    Equal = "=="
    NotEqual = "~="
    Less = "<"
    LessEqual = "<="
    Greater = ">"
    GreaterEqual = ">="
}
