//! The buffer through which everything goes in and out.
//!
//! It lies in the module's memory, at an address that the host asks for. Small calls find room in it and allocate
//! nothing; it grows for large ones, and shrinks again.

use std::cell::RefCell;

/// Its size to begin with, and again after large calls.
const SIZE: usize = 64 << 10;

/// A buffer that has grown beyond this is given back after the next small call.
const KEPT_SIZE_MAX: usize = 1 << 20;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; SIZE]);
}

/// Its address.
pub(crate) fn address() -> u32 {
    BUFFER.with_borrow(|buffer| buffer.as_ptr() as usize as u32)
}

/// Its size in bytes.
pub(crate) fn size() -> u32 {
    BUFFER.with_borrow(|buffer| buffer.len() as u32)
}

/// Makes it at least `size` bytes large; what is in it is lost. False when there is no memory for that.
pub(crate) fn reserve(size: usize) -> bool {
    BUFFER.with_borrow_mut(|buffer| {
        if size <= buffer.len() {
            return true;
        }
        let mut larger = Vec::new();
        // One that cannot be had is the host's to report: this module goes on.
        if larger.try_reserve_exact(size).is_err() {
            return false;
        }
        larger.resize(size, 0);
        *buffer = larger;
        true
    })
}

/// Lends a call what the host has written, and writes its answer: its length in bytes.
pub(crate) fn exchange(size: u32, call: &mut dyn FnMut(&[u8], &mut Writer)) -> u32 {
    // A call that the host makes while another one is in progress finds an empty buffer.
    let input = BUFFER.take();
    // What is read is not what is written: a script's keys are read while its reply is made.
    let mut writer = Writer { bytes: SPARE.take(), at: 0 };
    if writer.bytes.len() < SIZE {
        writer.bytes.resize(SIZE, 0);
    }
    call(input.get(..size as usize).unwrap_or_default(), &mut writer);
    let Writer { bytes, at } = writer;
    if input.len() <= KEPT_SIZE_MAX {
        SPARE.set(input);
    }
    BUFFER.set(bytes);
    at as u32
}

thread_local! {
    /// The buffer that is not lent at the moment.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes the answer of a call into the buffer.
#[derive(Debug)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    at: usize,
}

impl Writer {
    /// Appends bytes.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        if end > self.bytes.len() {
            self.bytes.resize(end.max(self.bytes.len() * 2), 0);
        }
        if let Some(place) = self.bytes.get_mut(self.at..end) {
            place.copy_from_slice(bytes);
            self.at = end;
        }
    }

    /// Appends a byte.
    pub(crate) fn byte(&mut self, byte: u8) {
        self.put(&[byte]);
    }

    /// Appends a 32-bit number, its lowest byte first.
    pub(crate) fn u32(&mut self, number: u32) {
        self.put(&number.to_le_bytes());
    }
}
