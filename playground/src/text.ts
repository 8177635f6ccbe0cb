// Strings of Redis are bytes: as text where they are UTF-8, else as they are.

export type Text = string | Uint8Array;

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of bytes that are UTF-8, else the bytes. */
export function textOf(bytes: Uint8Array): Text {
  try {
    return strict.decode(bytes);
  } catch {
    return bytes;
  }
}

export function bytesOf(text: Text): Uint8Array {
  return typeof text === 'string' ? encoder.encode(text) : text;
}

/** A name under which a text can be found in a Map: the same for the same bytes, and for no others. */
export function idOf(text: Text): string {
  return typeof text === 'string' ? `s${text}` : `b${toBase64(text)}`;
}

const SHORT: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 92: '\\\\' };

/** A string in quotes as redis-cli prints it: what is not ASCII is escaped byte by byte. */
export function quoted(text: Text): string {
  let out = '"';
  for (const byte of bytesOf(text)) {
    out += SHORT[byte] ?? (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
  }
  return `${out}"`;
}

/** A string for the eye: letters of all scripts stay, what cannot be seen is escaped. */
export function readable(text: Text): string {
  if (typeof text !== 'string') return quoted(text).slice(1, -1);
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (letter) => {
    const code = letter.charCodeAt(0);
    return SHORT[code] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`);
  });
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x2000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return btoa(binary);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** The lengths that follow are for people: `1.5 KB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(bytes < 10 * 1024 ? 1 : 0)} KB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(bytes < 10 * 1024 ** 2 ? 1 : 0)} MB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}
