//! The arguments of a command: bytes in one piece, so that a call takes no heap block per argument.

/// The name of a command and its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Argv {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Argv {
    /// No arguments.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of arguments, the name counted.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is not even a name.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Size of all arguments together.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The argument at `index`; 0 is the name.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.bytes.get(start..end)
    }

    /// The arguments in order, the name first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let argument = self.bytes.get(start..end).unwrap_or_default();
            start = end;
            argument
        })
    }

    /// Adds an argument.
    pub fn push(&mut self, argument: &[u8]) {
        self.bytes.extend_from_slice(argument);
        self.ends.push(self.bytes.len());
    }

    /// Drops all arguments and keeps the room.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

impl<A: AsRef<[u8]>> FromIterator<A> for Argv {
    fn from_iter<I: IntoIterator<Item = A>>(arguments: I) -> Self {
        let mut argv = Argv::new();
        for argument in arguments {
            argv.push(argument.as_ref());
        }
        argv
    }
}
