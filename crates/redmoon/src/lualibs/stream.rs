//! Buffered files with the behaviour of C's `FILE`: one position for reading and writing, a buffer that is
//! full, by line or absent, and numbers read as `scanf` reads them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::Child;

use lua_core::machine::KillHandle;

/// Bytes that a stream buffers, as glibc does for pipes and files.
const BUFFER_SIZE: usize = 4096;

/// Bytes that one line or number of a piece takes at most (PUC's `LUAL_BUFFERSIZE`, glibc's `BUFSIZ`).
const PIECE_SIZE: usize = 8192;

/// Longest text that `scanf` takes for a number here.
const NUMBER_LEN_MAX: usize = 400;

/// When written bytes leave the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffering {
    /// At once.
    None,
    /// At the end of a line, or when the buffer is full.
    Line,
    /// When the buffer is full.
    Full,
}

/// A file or pipe with its buffers.
#[derive(Debug)]
pub struct Stream {
    file: File,
    /// The process at the other end of a pipe.
    child: Option<Child>,
    can_read: bool,
    can_write: bool,
    buffering: Buffering,
    buffer_size: usize,
    /// Written, but not yet in the file.
    output: Vec<u8>,
    /// Read from the file, but not yet from the stream: what is behind `taken`.
    input: Vec<u8>,
    taken: usize,
    /// The run that ends when nobody reads what is written any more.
    reader_gone: Option<KillHandle>,
    is_broken: bool,
}

/// C's EBADF: the stream is not open for what is asked of it.
fn bad_descriptor() -> io::Error {
    io::Error::from_raw_os_error(9)
}

impl Stream {
    /// A stream over an open file.
    pub fn new(file: File, can_read: bool, can_write: bool, buffering: Buffering) -> Self {
        Self {
            file,
            child: None,
            can_read,
            can_write,
            buffering,
            buffer_size: BUFFER_SIZE,
            output: Vec::new(),
            input: Vec::new(),
            taken: 0,
            reader_gone: None,
            is_broken: false,
        }
    }

    /// Ends a run when what is written to the stream has no reader any more, as C programs end then.
    pub fn end_when_broken(&mut self, run: KillHandle) {
        self.reader_gone = Some(run);
    }

    /// What was written had no reader any more.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    fn write_out(&mut self, bytes: &[u8]) -> io::Result<()> {
        let result = self.file.write_all(bytes);
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
            && let Some(run) = &self.reader_gone
        {
            self.is_broken = true;
            run.kill();
        }
        result
    }

    /// A stream to or from a process, which [`Self::close`] waits for.
    pub fn with_child(file: File, reads: bool, child: Child) -> Self {
        let mut stream = Self::new(file, reads, !reads, Buffering::Full);
        stream.child = Some(child);
        stream
    }

    // ---- writing ---------------------------------------------------------------------------------

    /// Writes all bytes, or buffers them.
    ///
    /// # Errors
    /// The file's; when the stream is not open for writing.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.can_write {
            return Err(bad_descriptor());
        }
        self.forget_input()?;
        match self.buffering {
            Buffering::None => return self.write_out(bytes),
            Buffering::Line => {
                if let Some(end) = bytes.iter().rposition(|&byte| byte == b'\n') {
                    self.output.extend_from_slice(&bytes[..=end]);
                    self.flush()?;
                    self.output.extend_from_slice(&bytes[end + 1..]);
                } else {
                    self.output.extend_from_slice(bytes);
                }
            }
            Buffering::Full => self.output.extend_from_slice(bytes),
        }
        if self.output.len() > self.buffer_size {
            // Whole blocks go out, the rest waits.
            let rest = self.output.len() % self.buffer_size;
            let keep = self.output.split_off(self.output.len() - rest);
            let result = self.flush();
            self.output = keep;
            return result;
        }
        Ok(())
    }

    /// Hands buffered bytes to the file.
    ///
    /// # Errors
    /// The file's; the bytes are dropped then.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        let output = std::mem::take(&mut self.output);
        let result = self.write_out(&output);
        self.output = output;
        self.output.clear();
        result
    }

    /// How writes are buffered from now on.
    ///
    /// # Errors
    /// Those of the bytes that wait.
    pub fn set_buffering(&mut self, buffering: Buffering, size: usize) -> io::Result<()> {
        self.flush()?;
        self.buffering = buffering;
        self.buffer_size = size.clamp(1, 1 << 20);
        Ok(())
    }

    /// The file's position goes back to where the stream's is.
    fn forget_input(&mut self) -> io::Result<()> {
        let unread = self.input.len() - self.taken;
        self.input.clear();
        self.taken = 0;
        if unread > 0 {
            self.file.seek(SeekFrom::Current(-(unread as i64)))?;
        }
        Ok(())
    }

    // ---- reading ---------------------------------------------------------------------------------

    /// The bytes that are buffered, after reading some when there are none; empty at the end of the file.
    fn fill(&mut self) -> io::Result<&[u8]> {
        if !self.can_read {
            return Err(bad_descriptor());
        }
        if self.taken == self.input.len() {
            self.flush()?;
            self.input.resize(BUFFER_SIZE, 0);
            self.taken = 0;
            let read = loop {
                match self.file.read(&mut self.input) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    result => break result,
                }
            };
            self.input.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        Ok(&self.input[self.taken..])
    }

    /// The next byte, without taking it.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.fill()?.first().copied())
    }

    /// True at the end of the file.
    ///
    /// # Errors
    /// The file's.
    pub fn at_end(&mut self) -> io::Result<bool> {
        Ok(self.fill()?.is_empty())
    }

    /// Appends at most `len` bytes to `out`, as many as one read gives; none means the end of the file.
    ///
    /// # Errors
    /// The file's.
    pub fn read_some(&mut self, len: usize, out: &mut Vec<u8>) -> io::Result<usize> {
        let available = self.fill()?;
        let count = available.len().min(len);
        out.extend_from_slice(&available[..count]);
        self.taken += count;
        Ok(count)
    }

    /// The next line, without its end, when it lies in the buffer as a whole and is plain: the usual case.
    /// [`Self::skip_line`] takes it.
    ///
    /// # Errors
    /// The file's.
    pub fn peek_line(&mut self) -> io::Result<Option<&[u8]>> {
        let available = self.fill()?;
        let line = memchr::memchr(b'\n', available).map(|end| &available[..end]);
        Ok(line.filter(|line| memchr::memchr(0, line).is_none()))
    }

    /// Takes a line of this length that [`Self::peek_line`] has shown.
    pub fn skip_line(&mut self, len: usize) {
        self.taken = (self.taken + len + 1).min(self.input.len());
    }

    /// Appends what C's `fgets` gives with a buffer of 8192 bytes: up to and including a line end. True
    /// when there was anything.
    ///
    /// # Errors
    /// The file's.
    pub fn read_piece(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        let mut room = PIECE_SIZE - 1;
        let mut any = false;
        while room > 0 {
            let available = self.fill()?;
            if available.is_empty() {
                break;
            }
            any = true;
            let available = &available[..available.len().min(room)];
            let end = available.iter().position(|&byte| byte == b'\n');
            let count = end.map_or(available.len(), |end| end + 1);
            out.extend_from_slice(&available[..count]);
            self.taken += count;
            room -= count;
            if end.is_some() {
                break;
            }
        }
        Ok(any)
    }

    /// Reads a number as C's `scanf("%lf")` does: white space is skipped, and what cannot continue the number
    /// stays in the file.
    ///
    /// # Errors
    /// The file's.
    pub fn read_number(&mut self) -> io::Result<Option<f64>> {
        while self.peek()?.is_some_and(|byte| matches!(byte, b' ' | b'\t'..=b'\r')) {
            self.taken += 1;
        }
        let mut text = Vec::new();
        let mut scan = Scan::Start;
        while text.len() < NUMBER_LEN_MAX
            && let Some(byte) = self.peek()?
            && let Some(next) = scan.next(byte)
        {
            scan = next;
            text.push(byte);
            self.taken += 1;
        }
        Ok(number_from(&text))
    }

    // ---- the rest --------------------------------------------------------------------------------

    /// Moves the position; returns the new one.
    ///
    /// # Errors
    /// The file's.
    pub fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.flush()?;
        let unread = (self.input.len() - self.taken) as i64;
        let to = match to {
            SeekFrom::Current(offset) => SeekFrom::Current(offset.saturating_sub(unread)),
            other => other,
        };
        let position = self.file.seek(to)?;
        self.input.clear();
        self.taken = 0;
        Ok(position)
    }

    /// Ends the stream: what is buffered goes out, and a process is waited for.
    ///
    /// # Errors
    /// The file's.
    pub fn close(mut self) -> io::Result<()> {
        let result = self.flush();
        if let Some(mut child) = self.child.take() {
            // The process sees the end of its input when our end is closed.
            drop(self);
            child.wait()?;
        }
        result
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // Nobody is left to tell of an error.
        let _ = self.flush();
    }
}

/// How far a number that is being read has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scan {
    Start,
    Signed,
    /// A single `0`, which `x` may follow.
    Zero,
    Whole,
    /// A point that no digit precedes.
    LonePoint,
    Fraction,
    Exponent,
    ExponentSigned,
    ExponentDigits,
    HexStart,
    HexWhole,
    HexFraction,
    /// So many letters of one of [`WORDS`].
    Word(&'static [u8], usize),
}

/// The number that was scanned; an exponent without digits and a lone `0x` are taken, but do not count.
fn number_from(text: &[u8]) -> Option<f64> {
    let mut text = text;
    if let Some(number) = lua_compiler::parse_number(text) {
        return Some(number);
    }
    text = text.strip_suffix(b"+").or(text.strip_suffix(b"-")).unwrap_or(text);
    let last = [b"e", b"E", b"p", b"P", b"x", b"X"]
        .into_iter()
        .find_map(|letter| text.strip_suffix(letter));
    lua_compiler::parse_number(last?)
}

const WORDS: [&[u8]; 2] = [b"infinity", b"nan"];

impl Scan {
    /// The state behind `byte`, or none when a number cannot go on so.
    fn next(self, byte: u8) -> Option<Scan> {
        use Scan::*;
        let digit = byte.is_ascii_digit();
        match (self, byte) {
            (Start, b'+' | b'-') => Some(Signed),
            (Start | Signed, b'0') => Some(Zero),
            (Zero, b'x' | b'X') => Some(HexStart),
            (Start | Signed | Zero | Whole, _) if digit => Some(Whole),
            (Start | Signed, b'.') => Some(LonePoint),
            (Zero | Whole, b'.') => Some(Fraction),
            (LonePoint | Fraction, _) if digit => Some(Fraction),
            (Zero | Whole | Fraction, b'e' | b'E') => Some(Exponent),
            (Exponent, b'+' | b'-') => Some(ExponentSigned),
            (Exponent | ExponentSigned | ExponentDigits, _) if digit => Some(ExponentDigits),
            (HexStart | HexWhole, _) if byte.is_ascii_hexdigit() => Some(HexWhole),
            (HexStart | HexWhole, b'.') => Some(HexFraction),
            (HexFraction, _) if byte.is_ascii_hexdigit() => Some(HexFraction),
            (HexWhole | HexFraction, b'p' | b'P') => Some(Exponent),
            (Start | Signed, _) => {
                let word = WORDS.into_iter().find(|word| word[0] == byte.to_ascii_lowercase())?;
                Some(Word(word, 1))
            }
            (Word(word, len), _) if word.get(len) == Some(&byte.to_ascii_lowercase()) => {
                Some(Word(word, len + 1))
            }
            _ => None,
        }
    }
}
