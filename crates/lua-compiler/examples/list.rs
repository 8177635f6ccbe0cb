//! Lists what a file compiles to.
fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let source = std::fs::read(path).expect("readable");
    match lua_compiler::compile(&source, b"=stdin") {
        Ok(proto) => {
            println!("{}", lua_compiler::listing::list(&proto));
            println!("{:?}", lua_compiler::verify::verify(&proto));
        }
        Err(error) => println!("{error}"),
    }
}
