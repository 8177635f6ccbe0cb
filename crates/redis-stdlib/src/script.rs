//! A script's text: its SHA-1, and the flags in its first line.

use std::fmt;

use crate::messages;

/// The SHA-1 of a script's text, by which `EVALSHA` finds it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha1([u8; 20]);

impl Sha1 {
    /// The digest of a text.
    pub fn of(text: &[u8]) -> Sha1 {
        Sha1(sha1_smol::Sha1::from(text).digest().bytes())
    }

    /// Reads 40 hexadecimal digits, in either case.
    pub fn parse(text: &[u8]) -> Option<Sha1> {
        let (pairs, []) = text.as_chunks::<2>() else { return None };
        let mut bytes = [0; 20];
        if pairs.len() != bytes.len() {
            return None;
        }
        // Looked at together at the end: a digest that is none is rare.
        let mut all = 0;
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (high, low) = (DIGIT_VALUES[usize::from(*high)], DIGIT_VALUES[usize::from(*low)]);
            all |= high | low;
            *byte = (high << 4) | low;
        }
        (all < 16).then_some(Sha1(bytes))
    }

    /// A digest that was kept.
    pub(crate) fn from_bytes(bytes: [u8; 20]) -> Sha1 {
        Sha1(bytes)
    }

    /// The digest as a key.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The 40 digits, in lower case.
    pub fn hex(&self) -> [u8; 40] {
        hex(&self.0)
    }
}

impl fmt::Display for Sha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hex().iter().try_for_each(|&digit| write!(f, "{}", char::from(digit)))
    }
}

impl fmt::Debug for Sha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha1({self})")
    }
}

/// What each byte is worth as a hexadecimal digit; `0xFF` when it is none.
static DIGIT_VALUES: [u8; 256] = {
    let mut values = [0xFF; 256];
    let mut digit = 0;
    while digit < 16 {
        let lower = b"0123456789abcdef"[digit];
        values[lower as usize] = digit as u8;
        values[lower.to_ascii_uppercase() as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// A digest as text.
pub(crate) fn hex(digest: &[u8; 20]) -> [u8; 40] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 40];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(digest) {
        *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    text
}

/// What a script says of itself in a first line such as `#!lua flags=no-writes,allow-oom`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// There is a first line: the script is judged as a whole before it runs, not call by call.
    pub declared: bool,
    /// `no-writes`: the script calls no command that writes.
    pub no_writes: bool,
    /// `allow-oom`: it may run when memory has run out.
    pub allow_oom: bool,
    /// `allow-stale`: it may run on a replica with stale data.
    pub allow_stale: bool,
    /// `no-cluster`: it may not run in a cluster.
    pub no_cluster: bool,
    /// `allow-cross-slot-keys`: its keys may lie in several slots.
    pub allow_cross_slot_keys: bool,
}

impl Flags {
    /// The flags of a function that has none: unlike a script without a first line, it is judged by them.
    pub(crate) fn of_function() -> Self {
        Self { declared: true, ..Self::default() }
    }

    /// The flags of a script, and its source: the text behind the first line.
    ///
    /// # Errors
    /// The error reply for a first line that is none.
    pub(crate) fn split(text: &[u8]) -> Result<(Flags, &[u8]), Vec<u8>> {
        if !text.starts_with(b"#!") {
            return Ok((Flags::default(), text));
        }
        let Some((line, source)) = split_line(text) else {
            return Err(messages::SHEBANG_INVALID.into());
        };
        let Some(words) = resp::split_inline(line) else {
            return Err(messages::SHEBANG_QUOTES.into());
        };
        let mut words = words.into_iter();
        let engine = words.next().unwrap_or_default();
        if engine != b"#!lua" {
            return Err([messages::SHEBANG_ENGINE.as_bytes(), &engine].concat());
        }
        let mut flags = Flags { declared: true, ..Flags::default() };
        for word in words {
            let Some(list) = word.strip_prefix(b"flags=") else {
                return Err([messages::SHEBANG_OPTION.as_bytes(), &word].concat());
            };
            flags.add(list)?;
        }
        Ok((flags, source))
    }

    /// Adds flags with commas between them.
    fn add(&mut self, list: &[u8]) -> Result<(), Vec<u8>> {
        if list.is_empty() {
            return Ok(());
        }
        for name in list.split(|&b| b == b',') {
            if !self.set(|known| known == name) {
                return Err([messages::SHEBANG_FLAG.as_bytes(), name].concat());
            }
        }
        Ok(())
    }

    /// Sets the flag whose name `is_meant`; false when none is.
    pub(crate) fn set(&mut self, is_meant: impl Fn(&[u8]) -> bool) -> bool {
        let flags = [
            &mut self.no_writes,
            &mut self.allow_oom,
            &mut self.allow_stale,
            &mut self.no_cluster,
            &mut self.allow_cross_slot_keys,
        ];
        let named = std::iter::zip(FLAG_NAMES, flags).find(|(name, _)| is_meant(name.as_bytes()));
        let Some((_, flag)) = named else { return false };
        *flag = true;
        true
    }

    /// The names of the flags that are set, in the order of `FUNCTION LIST`.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let flags = [
            self.no_writes,
            self.allow_oom,
            self.allow_stale,
            self.no_cluster,
            self.allow_cross_slot_keys,
        ];
        std::iter::zip(FLAG_NAMES, flags).filter_map(|(name, is_set)| is_set.then_some(name))
    }
}

const FLAG_NAMES: [&str; 5] =
    ["no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys"];

/// The first line of a text, and the rest with the line end in front, so that line numbers count from there
/// on as in the whole text. `None` when there is no line end before the first NUL.
pub(crate) fn split_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr2(b'\n', 0, text).filter(|&end| text[end] == b'\n')?;
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests() {
        let sha = Sha1::of(b"return 1");
        assert_eq!(sha.to_string(), "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
        assert_eq!(Sha1::parse(b"E0E1F9FABFC9D4800C877A703B823AC0578FF8DB"), Some(sha));
        assert_eq!(Sha1::parse(b"e0e1f9fabfc9d4800c877a703b823ac0578ff8d"), None);
        assert_eq!(Sha1::parse(&[b'z'; 40]), None);
    }

    #[test]
    fn first_lines() {
        let split = |text: &'static str| {
            Flags::split(text.as_bytes()).map_err(|error| String::from_utf8(error).unwrap())
        };
        let (flags, source) = split("#!lua flags=no-writes,allow-oom\nreturn 1").unwrap();
        assert!(flags.declared && flags.no_writes && flags.allow_oom && !flags.allow_stale);
        assert_eq!(source, b"\nreturn 1");
        assert_eq!(split("#!lua").unwrap_err(), "ERR Invalid script shebang");
        assert_eq!(split("#!js\n").unwrap_err(), "ERR Unexpected engine in script shebang: #!js");
    }
}
