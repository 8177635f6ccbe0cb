//! `package`, `require` and `module`. Lua 5.1 manual §5.3.
//!
//! The environment of all functions here is the table `package`, as in PUC, so they find its fields even when
//! a script has put something else in the global of that name. Libraries written in C cannot be loaded.

use std::fs::File;

use lua_core::continuation::Continuation;
use lua_core::error::Failure;
use lua_core::handle::TableIndex;
use lua_core::machine::Machine;
use lua_core::native::{CallContext, Library, NativeFn, Outcome, c_string};
use lua_core::value::Value;

use super::load::{bytes_of, describe_error, path_of, read_file};

type Native = Result<Outcome, Failure>;

/// Where modules are looked for when `LUA_PATH` does not say: as Debian's `lua5.1` does.
const PATH_DEFAULT: &str = "./?.lua;/usr/local/share/lua/5.1/?.lua;\
    /usr/local/share/lua/5.1/?/init.lua;/usr/local/lib/lua/5.1/?.lua;\
    /usr/local/lib/lua/5.1/?/init.lua;/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua";

/// The same for `LUA_CPATH`.
const CPATH_DEFAULT: &str = "./?.so;/usr/local/lib/lua/5.1/?.so;\
    /usr/lib/x86_64-linux-gnu/lua/5.1/?.so;/usr/lib/lua/5.1/?.so;/usr/local/lib/lua/5.1/loadall.so";

/// Folder separator, separator of templates, mark for the name, and two that only C libraries need.
const CONFIG: &str = "/\n;\n?\n!\n-";

/// Why a C library is not loaded (PUC `loadlib.c`, on systems without dynamic libraries).
const NO_LIBRARIES: &str = "dynamic libraries not enabled; check your Lua installation";

/// What `package.loaded` holds while a module is being loaded.
const LOADING: Value = Value::light_userdata(1);

/// Table of loaded modules in the registry.
const LOADED: &str = "_LOADED";

fn loaded_table(cx: &mut CallContext<'_>) -> Result<TableIndex, Failure> {
    let registry = cx.registry();
    match cx.raw_get_field(registry, LOADED)?.as_table() {
        Some(table) => Ok(table),
        None => Err(cx.error("the table of loaded modules is gone from the registry")),
    }
}

fn quoted(before: &str, name: &[u8], after: &[u8]) -> Vec<u8> {
    [before.as_bytes(), b"'", c_string(name), b"'", after].concat()
}

// ---- require -------------------------------------------------------------------------------------

/// Arguments of `require` while it runs: the name, the loaded modules, the loaders, and what they have said.
const REQUIRE_NAME: usize = 1;
const REQUIRE_LOADED: usize = 2;
const REQUIRE_LOADERS: usize = 3;
const REQUIRE_SAID: usize = 4;

fn require(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(REQUIRE_NAME)?;
    let loaded = loaded_table(cx)?;
    let found = cx.raw_get(loaded, name);
    if found.is_truthy() {
        if found == LOADING {
            let name = cx.bytes(name).to_vec();
            return Err(cx.error(quoted("loop or previous error loading module ", &name, b"")));
        }
        return cx.return1(found);
    }
    let package = cx.own_environment();
    let loaders = cx.raw_get_field(package, "loaders")?;
    if loaders.as_table().is_none() {
        return Err(cx.error("'package.loaders' must be a table"));
    }
    cx.set_arg_count(REQUIRE_SAID)?;
    cx.set_arg(REQUIRE_LOADED, loaded.into());
    cx.set_arg(REQUIRE_LOADERS, loaders);
    let said = cx.string(b"")?;
    cx.set_arg(REQUIRE_SAID, said);
    ask_loader(cx, 1)
}

/// Asks the loader at a position whether it knows the module.
fn ask_loader(cx: &mut CallContext<'_>, position: u32) -> Native {
    let name = cx.arg(REQUIRE_NAME);
    let loader = match cx.arg(REQUIRE_LOADERS).as_table() {
        Some(loaders) => cx.raw_get_position(loaders, position as usize),
        None => Value::NIL,
    };
    if loader.is_nil() {
        let said = cx.bytes(cx.arg(REQUIRE_SAID)).to_vec();
        let name = cx.bytes(name).to_vec();
        let text = [b" not found:", c_string(&said)].concat();
        return Err(cx.error(quoted("module ", &name, &text)));
    }
    cx.push(loader)?;
    cx.push(name)?;
    Ok(cx.call(1, 1, Continuation::Step(loader_answered, position)))
}

/// A loader has given a function, a text about where it has looked, or nothing.
fn loader_answered(cx: &mut CallContext<'_>, position: u32) -> Native {
    let answer = cx.result();
    cx.drop_results();
    if answer.is_function() {
        if let Some(loaded) = cx.arg(REQUIRE_LOADED).as_table() {
            let name = cx.arg(REQUIRE_NAME);
            cx.raw_set(loaded, name, LOADING)?;
        }
        cx.push(answer)?;
        let name = cx.arg(REQUIRE_NAME);
        cx.push(name)?;
        return Ok(cx.call(1, 1, Continuation::Step(module_loaded, 0)));
    }
    if answer.is_string() || answer.is_number() {
        let answer = cx.text_of(answer);
        let text = [cx.bytes(cx.arg(REQUIRE_SAID)), answer.as_slice()].concat();
        let said = cx.string(&text)?;
        cx.set_arg(REQUIRE_SAID, said);
    }
    ask_loader(cx, position.saturating_add(1))
}

/// The module's chunk has run.
fn module_loaded(cx: &mut CallContext<'_>, _: u32) -> Native {
    let result = cx.result();
    let name = cx.arg(REQUIRE_NAME);
    let Some(loaded) = cx.arg(REQUIRE_LOADED).as_table() else { return cx.return0() };
    if !result.is_nil() {
        cx.raw_set(loaded, name, result)?;
    }
    let mut module = cx.raw_get(loaded, name);
    if module == LOADING {
        module = Value::TRUE;
        cx.raw_set(loaded, name, module)?;
    }
    cx.return1(module)
}

// ---- loaders -------------------------------------------------------------------------------------

/// Where a module's file is, or a text about where it is not.
fn find_file(
    cx: &mut CallContext<'_>,
    name: &[u8],
    field: &str,
) -> Result<Result<Vec<u8>, Vec<u8>>, Failure> {
    let package = cx.own_environment();
    let path = cx.raw_get_field(package, field)?;
    if !path.is_string() && !path.is_number() {
        return Err(cx.error(format!("'package.{field}' must be a string")));
    }
    let path = cx.text_of(path);
    let mut name = c_string(name).to_vec();
    for byte in &mut name {
        if *byte == b'.' {
            *byte = b'/';
        }
    }
    let mut said = Vec::new();
    for template in c_string(&path).split(|&byte| byte == b';').filter(|part| !part.is_empty()) {
        let file = template.split(|&byte| byte == b'?').collect::<Vec<_>>().join(name.as_slice());
        if File::open(path_of(&file)).is_ok() {
            return Ok(Ok(file));
        }
        said.extend_from_slice(&quoted("\n\tno file ", &file, b""));
    }
    Ok(Err(said))
}

fn load_error(cx: &mut CallContext<'_>, name: &[u8], file: &[u8], text: &[u8]) -> Failure {
    let rest = [b" from file '", file, b"':\n\t", text].concat();
    let message = quoted("error loading module ", name, &rest);
    cx.error(message)
}

fn return_text(cx: &mut CallContext<'_>, text: &[u8]) -> Native {
    let text = cx.string(text)?;
    cx.return1(text)
}

fn load_preloaded(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let package = cx.own_environment();
    let Some(preload) = cx.raw_get_field(package, "preload")?.as_table() else {
        return Err(cx.error("'package.preload' must be a table"));
    };
    let found = cx.raw_get(preload, name);
    if !found.is_nil() {
        return cx.return1(found);
    }
    let name = cx.bytes(name);
    let text = [b"\n\tno field package.preload['", c_string(name), b"']"].concat();
    return_text(cx, &text)
}

fn load_lua(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let name = cx.bytes(name).to_vec();
    let file = match find_file(cx, &name, "path")? {
        Ok(file) => file,
        Err(said) => return return_text(cx, &said),
    };
    let loaded = match read_file(&file) {
        Ok((source, chunk_name)) => cx.load(&source, &chunk_name)?,
        Err(message) => Err(message),
    };
    match loaded {
        Ok(function) => cx.return1(function),
        Err(message) => Err(load_error(cx, &name, &file, &message)),
    }
}

fn load_c(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let name = cx.bytes(name).to_vec();
    match find_file(cx, &name, "cpath")? {
        Ok(file) => Err(load_error(cx, &name, &file, NO_LIBRARIES.as_bytes())),
        Err(said) => return_text(cx, &said),
    }
}

/// Looks for the C library of the package that the module is in.
fn load_c_root(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let name = cx.bytes(name).to_vec();
    let Some(dot) = c_string(&name).iter().position(|&byte| byte == b'.') else {
        return cx.return0();
    };
    match find_file(cx, &name[..dot], "cpath")? {
        Ok(file) => Err(load_error(cx, &name, &file, NO_LIBRARIES.as_bytes())),
        Err(said) => return_text(cx, &said),
    }
}

// ---- module --------------------------------------------------------------------------------------

/// The table that a dotted name leads to from the globals, made where it is missing; none when something
/// else stands in the way.
fn find_module_table(cx: &mut CallContext<'_>, name: &[u8]) -> Result<Option<TableIndex>, Failure> {
    let mut table = cx.globals();
    for part in name.split(|&byte| byte == b'.') {
        let key = cx.string(part)?;
        let found = cx.raw_get(table, key);
        table = match found.as_table() {
            Some(found) => found,
            None if found.is_nil() => {
                let made = cx.new_table(0, 1)?;
                cx.raw_set(table, key, made.into())?;
                made
            }
            None => return Ok(None),
        };
    }
    Ok(Some(table))
}

fn module(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    let text = c_string(cx.bytes(name)).to_vec();
    let loaded = loaded_table(cx)?;
    let module = match cx.raw_get(loaded, name).as_table() {
        Some(module) => module,
        None => match find_module_table(cx, &text)? {
            Some(module) => {
                cx.raw_set(loaded, name, module.into())?;
                module
            }
            None => return Err(cx.error(quoted("name conflict for module ", &text, b""))),
        },
    };
    cx.push(module.into())?;
    if cx.raw_get_field(module, "_NAME")?.is_nil() {
        cx.raw_set_field(module, "_M", module.into())?;
        cx.raw_set_field(module, "_NAME", name)?;
        let package = text.iter().rposition(|&byte| byte == b'.').map_or(0, |dot| dot + 1);
        let package = cx.string(&text[..package])?;
        cx.raw_set_field(module, "_PACKAGE", package)?;
    }
    let caller = cx.function_at_level(1);
    if !cx.is_lua_function(caller) {
        return Err(cx.error("'module' not called from a Lua function"));
    }
    cx.set_environment(caller, module);
    // The name's slot keeps the module for the options.
    cx.set_arg(1, module.into());
    call_options(cx, 2)
}

/// Calls the options from a position on with the module.
fn call_options(cx: &mut CallContext<'_>, position: u32) -> Native {
    if position as usize > cx.arg_count() {
        return cx.return0();
    }
    let option = cx.arg(position as usize);
    cx.push(option)?;
    let module = cx.arg(1);
    cx.push(module)?;
    Ok(cx.call(1, 0, Continuation::Step(option_called, position + 1)))
}

fn option_called(cx: &mut CallContext<'_>, position: u32) -> Native {
    cx.drop_results();
    call_options(cx, position)
}

fn seeall(cx: &mut CallContext<'_>) -> Native {
    let module = cx.check_table(1)?;
    let metatable = if let Some(metatable) = cx.metatable(module.into()) {
        metatable
    } else {
        let metatable = cx.new_table(0, 1)?;
        cx.set_metatable(module.into(), Some(metatable));
        metatable
    };
    let globals = cx.globals();
    cx.raw_set_field(metatable, "__index", globals.into())?;
    cx.return0()
}

fn loadlib(cx: &mut CallContext<'_>) -> Native {
    let name = cx.check_string(1)?;
    cx.check_string(2)?;
    let name = c_string(cx.bytes(name)).to_vec();
    let (text, kind) = match File::open(path_of(&name)) {
        Ok(_) => (NO_LIBRARIES.as_bytes().to_vec(), "absent"),
        // The words of the system's loader.
        Err(error) => {
            let reason = describe_error(&error).0;
            let what = b": cannot open shared object file: ";
            ([name.as_slice(), what, reason.as_bytes()].concat(), "open")
        }
    };
    let (text, kind) = (cx.string(&text)?, cx.string(kind.as_bytes())?);
    cx.return3(Value::NIL, text, kind)
}

/// `package`.
const PACKAGE: Library = lua_core::library!("package", {
    "loadlib" => loadlib,
    "seeall" => seeall,
});

/// The globals that belong to it.
const GLOBALS: Library = lua_core::library!("", {
    "module" => module,
    "require" => require,
});

/// `package.loaders`, in their order.
const LOADERS: [(&str, NativeFn); 4] = [
    ("preload loader", load_preloaded),
    ("Lua loader", load_lua),
    ("C loader", load_c),
    ("C root loader", load_c_root),
];

/// A path from the environment, where `;;` stands for the default.
fn path_from(variable: &str, default: &str) -> Vec<u8> {
    let Some(value) = std::env::var_os(variable) else { return default.as_bytes().to_vec() };
    let mut path = Vec::new();
    let mut rest = bytes_of(&value);
    while let Some(at) = rest.windows(2).position(|pair| pair == b";;") {
        path.extend_from_slice(&rest[..at]);
        path.extend_from_slice(&[b";", default.as_bytes(), b";"].concat());
        rest = &rest[at + 2..];
    }
    path.extend_from_slice(rest);
    path
}

/// Registers `package`, with the libraries that are registered so far as loaded modules.
///
/// # Errors
/// When memory runs out.
pub(super) fn open_library(machine: &mut Machine) -> Result<(), Failure> {
    let package = machine.register(&PACKAGE)?;
    machine.register(&GLOBALS)?;
    machine.with_context(|cx| {
        let loaded = cx.new_table(0, 0)?;
        let registry = cx.registry();
        cx.raw_set_field(registry, LOADED, loaded.into())?;
        let loaders = cx.new_table(LOADERS.len(), 0)?;
        cx.raw_set_field(package, "loaders", loaders.into())?;
        for (index, (name, function)) in LOADERS.into_iter().enumerate() {
            let loader = cx.new_native(name, function, &[])?;
            cx.set_environment(loader, package);
            cx.raw_set_position(loaders, index + 1, loader)?;
        }
        for (field, path) in [
            ("path", path_from("LUA_PATH", PATH_DEFAULT)),
            ("cpath", path_from("LUA_CPATH", CPATH_DEFAULT)),
            ("config", CONFIG.into()),
        ] {
            let path = cx.string(&path)?;
            cx.raw_set_field(package, field, path)?;
        }
        cx.raw_set_field(package, "loaded", loaded.into())?;
        let preload = cx.new_table(0, 0)?;
        cx.raw_set_field(package, "preload", preload.into())?;
        let globals = cx.globals();
        for entry in PACKAGE.entries {
            let function = cx.raw_get_field(package, entry.name)?;
            cx.set_environment(function, package);
        }
        for entry in GLOBALS.entries {
            let function = cx.raw_get_field(globals, entry.name)?;
            cx.set_environment(function, package);
        }
        Ok(())
    })
}

/// Enters the libraries that are registered into `package.loaded`.
///
/// # Errors
/// When memory runs out.
pub(super) fn enter_loaded(machine: &mut Machine) -> Result<(), Failure> {
    const NAMES: [&str; 9] =
        ["_G", "coroutine", "package", "table", "io", "os", "string", "math", "debug"];
    machine.with_context(|cx| {
        let loaded = loaded_table(cx)?;
        let globals = cx.globals();
        for name in NAMES {
            let library = cx.raw_get_field(globals, name)?;
            if !library.is_nil() {
                cx.raw_set_field(loaded, name, library)?;
            }
        }
        Ok(())
    })
}
