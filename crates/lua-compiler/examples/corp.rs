//! corpus
use std::io::Write;
fn main() {
    let s = std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
    let sep = b"\n\x01\x02\x03\n";
    let mut rest = &s[..];
    loop {
        let at = rest.windows(5).position(|w| w == sep);
        let src = &rest[..at.unwrap_or(rest.len())];
        let options = lua_compiler::Options { levels_in_use: 2, ..Default::default() };
        let msg = match lua_compiler::compile_with(src, b"=c", &options) {
            Ok(p) => {
                lua_compiler::verify::verify(&p).unwrap();
                b"ok".to_vec()
            }
            Err(e) => e.into_message(),
        };
        let mut out = b"\"".to_vec();
        for &b in src {
            match b {
                b'"' | b'\\' => {
                    out.push(b'\\');
                    out.push(b)
                }
                b'\n' => out.extend(b"\\\n"),
                b'\r' => out.extend(b"\\r"),
                0 => out.extend(b"\\000"),
                _ => out.push(b),
            }
        }
        out.extend(b"\" -> ");
        out.extend(&msg);
        let mut fin = vec![];
        for b in out {
            if b >= 128 {
                fin.extend(format!("\\{b}").bytes())
            } else if b == 0 {
                fin.extend(b"\\0")
            } else {
                fin.push(b)
            }
        }
        fin.push(b'\n');
        std::io::stdout().write_all(&fin).unwrap();
        match at {
            Some(a) => rest = &rest[a + 5..],
            None => break,
        }
    }
}
