//! Runs a file.
use std::io::Write;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let source = std::fs::read(&path).unwrap();
    let mut m = lua_core::machine::Machine::new(&Default::default()).unwrap();
    m.set_output(|t| {
        std::io::stdout().write_all(t).unwrap();
    });
    let f = m.load(&source, format!("@{path}").as_bytes()).unwrap();
    match f {
        Ok(f) => {
            m.start(f, &[]).unwrap();
            let p = m.run();
            if let lua_core::machine::Progress::Failed(f) = &p {
                let v = m.error_value();
                println!(
                    "{f:?} {}",
                    m.with_context(|cx| String::from_utf8_lossy(cx.bytes(v)).into_owned())
                );
            }
        }
        Err(e) => println!("{}", String::from_utf8_lossy(&e)),
    }
}
