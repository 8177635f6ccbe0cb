//! Unpacking LZF, the compression that Redis uses for long strings in its files.
//!
//! ```text
//! 000nnnnn bytes                     n + 1 bytes as they are
//! lllooooo oooooooo                  l + 2 bytes again, from o + 1 bytes back
//! 111ooooo llllllll oooooooo         l + 9 bytes again
//! ```

/// Unpacks to exactly `size` bytes; `None` when that is not what was packed.
pub(super) fn decompress(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    // Three bytes stand for 264 at most.
    if size > packed.len().saturating_mul(264) {
        return None;
    }
    let mut out: Vec<u8> = Vec::with_capacity(size);
    let mut rest = packed.iter().copied();
    while let Some(control) = rest.next() {
        if control < 0x20 {
            let len = usize::from(control).saturating_add(1);
            let before = out.len();
            out.extend(rest.by_ref().take(len));
            if out.len().checked_sub(before)? != len {
                return None;
            }
            continue;
        }
        let mut len = usize::from(control >> 5);
        if len == 7 {
            len = len.saturating_add(usize::from(rest.next()?));
        }
        let back = usize::from(u16::from_be_bytes([control & 0x1f, rest.next()?]));
        let mut from = out.len().checked_sub(back.saturating_add(1))?;
        // Byte for byte: what is written may be read again at once.
        for _ in 0..len.saturating_add(2) {
            let byte = *out.get(from)?;
            out.push(byte);
            from = from.saturating_add(1);
        }
        if out.len() > size {
            return None;
        }
    }
    (out.len() == size).then_some(out)
}
