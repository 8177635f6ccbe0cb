//! Where a reply ends, in the bytes that a server sent.

/// Size of the first reply in `bytes`, attributes in front of it included; `None` while it is not whole.
///
/// # Errors
/// When the bytes are no reply.
pub fn reply_size(bytes: &[u8]) -> Result<Option<usize>, String> {
    let mut at = 0;
    let mut missing = 1_u64;
    while missing > 0 {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") else { return Ok(None) };
        let line = &rest[..end];
        at += end + 2;
        missing -= 1;
        let (Some(kind), digits) = (line.first(), line.get(1..).unwrap_or_default()) else {
            return Err("an empty line".into());
        };
        if b"+-:,(#_".contains(kind) {
            continue;
        }
        let len = resp::number::parse_i64(digits)
            .ok_or_else(|| format!("not a reply: {}", line.escape_ascii()))?;
        // What is null has a length of -1.
        let len = u64::try_from(len).unwrap_or(0);
        match kind {
            b'$' | b'=' | b'!' if digits == b"-1" => {}
            b'$' | b'=' | b'!' => at += len as usize + 2,
            b'*' | b'~' | b'>' => missing += len,
            b'%' => missing += 2 * len,
            b'|' => missing += 2 * len + 1,
            _ => return Err(format!("not a reply: {}", line.escape_ascii())),
        }
    }
    Ok((at <= bytes.len()).then_some(at))
}

#[cfg(test)]
mod tests {
    use super::reply_size;

    #[test]
    fn finds_the_end() {
        for reply in [
            "+OK\r\n",
            "$-1\r\n",
            "*-1\r\n",
            "$3\r\na\r\n\r\n",
            "*2\r\n:1\r\n*1\r\n_\r\n",
            "%1\r\n+a\r\n~0\r\n",
            "|1\r\n+a\r\n+b\r\n:3\r\n",
        ] {
            let more = format!("{reply}:5\r\n");
            assert_eq!(reply_size(more.as_bytes()), Ok(Some(reply.len())), "{reply}");
            for len in 0..reply.len() {
                assert_eq!(reply_size(&reply.as_bytes()[..len]), Ok(None), "{reply} {len}");
            }
        }
        assert!(reply_size(b"what\r\n").is_err());
    }
}
