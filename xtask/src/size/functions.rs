//! Where the bytes of a WebAssembly module go: its functions by size, one by one and by module.
//!
//! Reads as much of the binary format as that takes: the imports, which number the functions before ours,
//! the code, and the custom section `name` (WebAssembly core specification §5.4, §5.5, appendix "Name
//! section").

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::step::Failure;

/// Path elements of a Rust function that name its module: `lua_core::stdlib::string`.
const MODULE_DEPTH: usize = 3;

/// A list of the `count` largest functions and of the `count` largest modules.
pub(crate) fn largest(wasm: &[u8], count: usize) -> Result<String, Failure> {
    let functions = functions(wasm).ok_or_else(|| Failure::new("not a WebAssembly module"))?;
    let mut modules: BTreeMap<String, u64> = BTreeMap::new();
    for (name, size) in &functions {
        let path: Vec<&str> = name.split("::").collect();
        let depth = MODULE_DEPTH.min(path.len().saturating_sub(1)).max(1);
        *modules.entry(path[..depth].join("::")).or_default() += size;
    }
    let mut text = String::new();
    for (title, list) in [("functions", functions), ("modules", modules.into_iter().collect())] {
        let total: u64 = list.iter().map(|(_, size)| size).sum();
        let _ = writeln!(text, "{} {title}, {total} bytes; the largest:", list.len());
        let mut list = list;
        list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        for (name, size) in list.iter().take(count) {
            let _ = writeln!(text, "{size:>8}  {name}");
        }
    }
    Ok(text)
}

/// Names and sizes of the functions with code.
fn functions(wasm: &[u8]) -> Option<Vec<(String, u64)>> {
    let mut reader = Reader(wasm.strip_prefix(b"\0asm\x01\0\0\0")?);
    let (mut imported, mut sizes, mut names) = (0, Vec::new(), BTreeMap::new());
    while let Some(id) = reader.byte() {
        let mut section = Reader(reader.bytes()?);
        match id {
            0 if section.bytes()? == b"name" => names = function_names(section)?,
            2 => imported = imported_functions(section)?,
            10 => {
                for _ in 0..section.number()? {
                    sizes.push(section.bytes()?.len() as u64);
                }
            }
            _ => {}
        }
    }
    let named = sizes.into_iter().zip(imported..).map(|(size, index)| {
        let name = names.get(&index).map_or_else(|| format!("function {index}"), |n| demangle(n));
        (name, size)
    });
    Some(named.collect())
}

fn imported_functions(mut section: Reader<'_>) -> Option<u64> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.bytes()?;
        section.bytes()?;
        match section.byte()? {
            0 => {
                section.number()?;
                functions += 1;
            }
            1 => {
                section.byte()?;
                section.limits()?;
            }
            2 => section.limits()?,
            3 => {
                section.byte()?;
                section.byte()?;
            }
            _ => return None,
        }
    }
    Some(functions)
}

fn function_names(mut section: Reader<'_>) -> Option<BTreeMap<u64, String>> {
    let mut names = BTreeMap::new();
    while let Some(id) = section.byte() {
        let mut subsection = Reader(section.bytes()?);
        if id != 1 {
            continue;
        }
        for _ in 0..subsection.number()? {
            let index = subsection.number()?;
            names.insert(index, String::from_utf8_lossy(subsection.bytes()?).into_owned());
        }
    }
    Some(names)
}

/// `_ZN8lua_core2vm3run3run17h0179cb538c790184E` as `lua_core::vm::run::run`; other names as they are.
fn demangle(name: &str) -> String {
    let mut path = Vec::new();
    let mut rest = name.strip_prefix("_ZN").unwrap_or_default();
    while let Some((digits, _)) = rest.split_once(|c: char| !c.is_ascii_digit()) {
        let Ok(len) = digits.parse::<usize>() else { break };
        let Some(element) = rest.get(digits.len()..digits.len() + len) else { break };
        rest = &rest[digits.len() + len..];
        // The last element is a hash.
        if rest != "E" {
            path.push(element);
        }
    }
    if path.is_empty() { name.to_owned() } else { path.join("::") }
}

/// What is left of a piece of the module.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    /// A number in LEB128, unsigned.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Bytes with their number in front.
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Limits of a memory or a table.
    fn limits(&mut self) -> Option<()> {
        let with_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if with_maximum {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_paths() {
        let mangled = "_ZN8lua_core2vm3run3run17h0179cb538c790184E";
        assert_eq!(demangle(mangled), "lua_core::vm::run::run");
        assert_eq!(demangle("malloc"), "malloc");
        assert_eq!(demangle("_ZN999x"), "_ZN999x");
    }

    #[test]
    fn reads_a_module() {
        let module = b"\0asm\x01\0\0\0\
            \x02\x07\x01\x01m\x01f\x00\x00\
            \x0a\x06\x01\x04\x00\x01\x01\x0b\
            \x00\x0e\x04name\x01\x07\x01\x01\x04main";
        assert_eq!(functions(module), Some(vec![("main".to_owned(), 4)]));
        assert_eq!(functions(b"\0asm\x01\0\0\0\x0a\x06\x01"), None);
        assert!(largest(b"MZ", 3).is_err());
    }
}
