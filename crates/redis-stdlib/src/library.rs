//! Libraries of functions (`FUNCTION LOAD`): their first line, and who has which function.

use std::rc::Rc;

use lua_core::machine::Root;
use ordered::ByteMap;

use crate::error::{ErrorKind, ScriptError};
use crate::messages;
use crate::register::is_name;
use crate::script::{Flags, split_line};

/// A library that is loaded.
#[derive(Debug)]
pub struct Library {
    pub(crate) name: Vec<u8>,
    pub(crate) code: Vec<u8>,
    /// In the order of their names.
    pub(crate) functions: Vec<Rc<Function>>,
    /// Memory charged for it in the interpreter of functions.
    pub(crate) charged: usize,
}

impl Library {
    /// The name by which `FUNCTION DELETE` knows it.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// Its text, the first line included.
    pub fn code(&self) -> &[u8] {
        &self.code
    }

    /// Its functions, in the order of their names.
    pub fn functions(&self) -> impl ExactSizeIterator<Item = &Function> {
        self.functions.iter().map(Rc::as_ref)
    }
}

/// A function of a library.
#[derive(Debug)]
pub struct Function {
    pub(crate) name: Vec<u8>,
    pub(crate) description: Option<Vec<u8>>,
    pub(crate) flags: Flags,
    pub(crate) callback: Root,
}

impl Function {
    /// The name by which `FCALL` knows it, in any case.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// What its library says of it.
    pub fn description(&self) -> Option<&[u8]> {
        self.description.as_deref()
    }

    /// What it may do.
    pub fn flags(&self) -> Flags {
        self.flags
    }
}

/// What `FUNCTION RESTORE` does with the libraries that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestorePolicy {
    /// They stay; a name that is there already is an error.
    #[default]
    Append,
    /// They stay, except those that have the name of a new one.
    Replace,
    /// They go.
    Flush,
}

/// Libraries, and their functions by name.
#[derive(Debug, Default)]
pub(crate) struct Libraries {
    libraries: ByteMap<Library>,
    /// By the name in lower case.
    functions: ByteMap<Rc<Function>>,
}

impl Libraries {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Library> {
        self.libraries.values()
    }

    pub(crate) fn contains(&self, name: &[u8]) -> bool {
        self.libraries.contains_key(name)
    }

    pub(crate) fn function(&self, name: &[u8]) -> Option<&Rc<Function>> {
        let mut lower: smallvec::SmallVec<[u8; 32]> = name.into();
        lower.make_ascii_lowercase();
        self.functions.get(&lower[..])
    }

    /// Checks that none of the functions of a library is another library's. One that it `replaces` does not
    /// count.
    ///
    /// # Errors
    /// "Function f already exists".
    pub(crate) fn check(&self, library: &Library) -> Result<(), ScriptError> {
        let replaced = self.libraries.get(&library.name);
        for function in &library.functions {
            let Some(there) = self.function(&function.name) else { continue };
            if !replaced.is_some_and(|old| old.functions.iter().any(|own| Rc::ptr_eq(own, there))) {
                return Err(exists("Function ", &function.name, ""));
            }
        }
        Ok(())
    }

    /// Adds a library, and gives the one that it replaces.
    pub(crate) fn insert(&mut self, library: Library) -> Option<Library> {
        let old = self.remove(&library.name);
        for function in &library.functions {
            let name = function.name.to_ascii_lowercase();
            if !self.functions.contains_key(&name) {
                self.functions.insert(name, function.clone());
            }
        }
        self.libraries.insert(&*library.name.clone(), library);
        old
    }

    pub(crate) fn remove(&mut self, name: &[u8]) -> Option<Library> {
        let library = self.libraries.remove(name)?;
        self.functions
            .retain(|function| !library.functions.iter().any(|own| Rc::ptr_eq(own, function)));
        Some(library)
    }

    /// Joins new libraries to these, or leaves these as they are.
    ///
    /// # Errors
    /// A library or a function is there already.
    pub(crate) fn restore(
        &mut self,
        new: Libraries,
        policy: RestorePolicy,
    ) -> Result<(), ScriptError> {
        if policy == RestorePolicy::Flush {
            *self = new;
            return Ok(());
        }
        if policy == RestorePolicy::Append
            && let Some(name) = new.libraries.keys().find(|name| self.contains(name))
        {
            return Err(exists("Library ", name, ""));
        }
        let stays = |function: &Rc<Function>| {
            !new.libraries
                .keys()
                .filter_map(|name| self.libraries.get(name))
                .any(|replaced| replaced.functions.iter().any(|own| Rc::ptr_eq(own, function)))
        };
        let taken = |function: &&Rc<Function>| self.function(&function.name).is_some_and(stays);
        if let Some(function) = new.functions.values().find(taken) {
            return Err(exists("Function ", &function.name, ""));
        }
        for library in new.libraries.into_values() {
            self.insert(library);
        }
        Ok(())
    }
}

/// "what name already exists", with the name in quotes.
pub(crate) fn exists(what: &str, name: &[u8], quote: &str) -> ScriptError {
    let quote = quote.as_bytes();
    let text = [b"ERR ", what.as_bytes(), quote, name, quote, b" already exists"].concat();
    ScriptError::new(ErrorKind::Refused, text)
}

/// The name of a library from its first line, `#!lua name=x`, and its source: the text behind that line.
///
/// # Errors
/// The error reply for a first line that is none.
pub(crate) fn metadata(code: &[u8]) -> Result<(Vec<u8>, &[u8]), Vec<u8>> {
    if !code.starts_with(b"#!") {
        return Err(messages::LIBRARY_NO_METADATA.into());
    }
    let Some((line, source)) = split_line(code) else {
        return Err(messages::LIBRARY_METADATA.into());
    };
    let Some(words) = resp::split_inline(line) else {
        return Err(messages::LIBRARY_METADATA.into());
    };
    let mut words = words.into_iter();
    let first = words.next().unwrap_or_default();
    let engine = first.strip_prefix(b"#!").unwrap_or_default();
    let mut name = None;
    for word in words {
        let value =
            word.split_at_checked(5).filter(|(option, _)| option.eq_ignore_ascii_case(b"name="));
        let Some((_, value)) = value else {
            return Err([messages::LIBRARY_OPTION.as_bytes(), &word].concat());
        };
        if name.replace(value.to_vec()).is_some() {
            return Err(messages::LIBRARY_NAMED_TWICE.into());
        }
    }
    let name = name.ok_or(messages::LIBRARY_UNNAMED)?;
    if !is_name(&name) {
        return Err(messages::NAME_LETTERS.into());
    }
    if !engine.eq_ignore_ascii_case(b"lua") {
        return Err([b"ERR Engine '", engine, b"' not found"].concat());
    }
    Ok((name, source))
}
