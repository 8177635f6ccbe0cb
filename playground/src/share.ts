// Work as the fragment of a link: JSON, deflated, in base64 for URLs. A fragment is not sent to any server.

import { fromBase64, toBase64 } from './text.js';
import { MalformedWork, pack, unpack, type Work } from './work.js';

const PREFIX = '#v1=';

/** A link with more than this is refused; so is one that inflates to more. */
export const FRAGMENT_MAX = 512 << 10;
const INFLATED_MAX = 2 << 20;

export function isShared(fragment: string): boolean {
  return fragment.startsWith(PREFIX);
}

/** The fragment of a link to this work. */
export async function encode(work: Work, now = Date.now()): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(pack(work, now)));
  const deflated = await through(bytes, new CompressionStream('deflate-raw'), Infinity);
  return PREFIX + toBase64(deflated).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The work that a fragment holds. Throws a `MalformedWork` when it holds none. */
export async function decode(fragment: string, now = Date.now()): Promise<Work> {
  if (!isShared(fragment)) throw new MalformedWork('the link');
  if (fragment.length > FRAGMENT_MAX) throw new MalformedWork('the link is too long');
  const text = fragment.slice(PREFIX.length);
  if (!/^[\w-]+$/.test(text)) throw new MalformedWork('the link is damaged');
  let json: unknown;
  try {
    const deflated = fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = await through(deflated, new DecompressionStream('deflate-raw'), INFLATED_MAX);
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof MalformedWork) throw error;
    throw new MalformedWork('the link is damaged');
  }
  return unpack(json, now);
}

async function through(bytes: Uint8Array, transform: CompressionStream | DecompressionStream, max: number): Promise<Uint8Array> {
  const writer = transform.writable.getWriter();
  // What goes wrong shows up where it is read.
  writer.write(bytes as BufferSource).catch(() => {});
  writer.close().catch(() => {});
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = transform.readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > max) {
      await reader.cancel();
      throw new MalformedWork('the link holds too much');
    }
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
