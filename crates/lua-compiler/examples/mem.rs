//! mem
fn main() {
    let s = std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
    let t = std::time::Instant::now();
    let r = lua_compiler::compile(&s, b"=x");
    let rss = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = rss.lines().find(|l| l.starts_with("VmHWM")).unwrap().to_owned();
    println!(
        "{} bytes {:?} {} {}",
        s.len(),
        t.elapsed(),
        peak,
        r.map(|p| p.code.len().to_string()).unwrap_or_else(|e| e.to_string())
    );
}
