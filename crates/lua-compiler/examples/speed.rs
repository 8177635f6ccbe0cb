//! speed
fn main() {
    let unit = std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
    for mb in [1usize, 4, 4, 4] {
        let n = (mb << 20) / (unit.len() + 10);
        let mut s = vec![];
        for _ in 0..n {
            s.extend(b"do ");
            s.extend(&unit);
            s.extend(b" end\n");
        }
        let t = std::time::Instant::now();
        let p = lua_compiler::compile(&s, b"=x");
        println!(
            "{} MB {:?} {}",
            mb,
            t.elapsed(),
            p.map(|p| p.code.len().to_string()).unwrap_or_else(|e| e.to_string())
        );
    }
}
