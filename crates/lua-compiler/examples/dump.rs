//! dump
use lua_compiler::*;
fn dump(p: &Proto) {
    println!(
        "F {} {} {} {} {} {}",
        p.params,
        p.is_vararg as u8,
        p.has_arg as u8,
        p.needs_arg as u8,
        p.registers,
        p.protos.len()
    );
    for i in &p.code {
        println!("I {} {} {} {} {} {} {}", i.op.name(), i.a, i.b, i.c, i.d(), i.sd(), i.se());
    }
    for k in &p.constants {
        match k {
            Constant::Nil => println!("K n"),
            Constant::Boolean(b) => println!("K b {}", *b as u8),
            Constant::Number(n) => println!("K d {:?}", n),
            Constant::String(s) => {
                println!("K s {}", s.iter().map(|b| format!("{b:02x}")).collect::<String>())
            }
        }
    }
    for u in &p.upvalues {
        println!("U {} {}", u.from_register as u8, u.index);
    }
    for c in &p.protos {
        dump(c);
    }
}
fn main() {
    let s = std::fs::read(std::env::args().nth(1).unwrap()).unwrap();
    match compile(&s, b"=c") {
        Ok(p) => {
            verify::verify(&p).unwrap();
            let q = encode::decode(&encode::encode(&p)).unwrap();
            assert!(p == q);
            dump(&q)
        }
        Err(e) => println!("E {e}"),
    }
}
