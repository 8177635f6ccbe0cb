// Replies as text: as redis-cli prints them, and as JSON.
//
// They come from `eval(…, { bytes: true, integers: 'bigint' })`, where nothing is ambiguous: bulk strings are bytes, statuses are
// text, integers are bigints, doubles are numbers.

import { quoted, textOf, toBase64 } from './text.js';

/** Values inside one another beyond this are left out. */
const DEPTH_MAX = 100;

/** How much of a reply is shown. */
const SIZE_MAX = 256 << 10;

class Out {
  text = '';
  get isFull(): boolean {
    return this.text.length > SIZE_MAX;
  }
  finish(): string {
    return this.isFull ? `${this.text.slice(0, SIZE_MAX)}\n… (the rest of the reply is not shown)` : this.text;
  }
}

/** As redis-cli prints a reply on a terminal, without the line's end. */
export function toCli(reply: unknown): string {
  const out = new Out();
  putCli(out, reply, '', 0);
  return out.finish();
}

function putCli(out: Out, reply: unknown, prefix: string, depth: number): void {
  if (out.isFull) return;
  if (reply === null || reply === undefined) out.text += '(nil)';
  else if (typeof reply === 'bigint') out.text += `(integer) ${reply}`;
  else if (typeof reply === 'number') out.text += `(double) ${sentDouble(reply)}`;
  else if (typeof reply === 'boolean') out.text += reply ? '(true)' : '(false)';
  else if (typeof reply === 'string') out.text += reply;
  else if (reply instanceof Uint8Array) out.text += quoted(reply);
  else if (reply instanceof Error) out.text += `(error) ${reply.message}`;
  else if (depth >= DEPTH_MAX) out.text += '…';
  else if (reply instanceof Map) {
    if (reply.size === 0) out.text += '(empty hash)';
    const width = String(reply.size).length;
    const inner = prefix + ' '.repeat(width + 2);
    let at = 0;
    for (const [key, value] of reply) {
      out.text += `${at > 0 ? `\n${prefix}` : ''}${String(++at).padStart(width)}# `;
      putCli(out, key, inner, depth + 1);
      out.text += ' => ';
      putCli(out, value, inner, depth + 1);
      if (out.isFull) return;
    }
  } else {
    const isSet = reply instanceof Set;
    const items = isSet ? [...(reply as Set<unknown>)] : (reply as unknown[]);
    if (items.length === 0) out.text += isSet ? '(empty set)' : '(empty array)';
    const width = String(items.length).length;
    const inner = prefix + ' '.repeat(width + 2);
    for (const [at, item] of items.entries()) {
      out.text += `${at > 0 ? `\n${prefix}` : ''}${String(at + 1).padStart(width)}${isSet ? '~' : ')'} `;
      putCli(out, item, inner, depth + 1);
      if (out.isFull) return;
    }
  }
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A double as Redis 7.0 sends it: C's `%.17g`. */
function sentDouble(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value);
  const isSmall = Math.abs(value) < 1e-4;
  const [digits = '', exponent] = (isSmall ? value.toExponential(16) : value.toPrecision(17)).split('e');
  const short = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return exponent === undefined ? short : `${short}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
}

/** As JSON with two blanks a level: integers with all their digits, bytes that are no text as `{"base64": …}`. */
export function toJson(reply: unknown): string {
  const out = new Out();
  putJson(out, reply, '\n', 0);
  return out.finish();
}

function putJson(out: Out, reply: unknown, line: string, depth: number): void {
  if (out.isFull) return;
  if (reply === null || reply === undefined) out.text += 'null';
  else if (typeof reply === 'bigint' || typeof reply === 'boolean') out.text += String(reply);
  else if (typeof reply === 'number') out.text += Number.isFinite(reply) ? doubleText(reply) : `"${doubleText(reply)}"`;
  else if (typeof reply === 'string') out.text += JSON.stringify(reply);
  else if (reply instanceof Uint8Array) {
    const text = textOf(reply);
    out.text += typeof text === 'string' ? JSON.stringify(text) : `{"base64": ${JSON.stringify(toBase64(text))}}`;
  } else if (reply instanceof Error) out.text += `{"error": ${JSON.stringify(reply.message)}}`;
  else if (depth >= DEPTH_MAX) out.text += '"…"';
  else if (reply instanceof Map || isPlain(reply)) {
    const entries = reply instanceof Map ? [...reply] : Object.entries(reply);
    const inner = `${line}  `;
    out.text += '{';
    for (const [at, [key, value]] of entries.entries()) {
      out.text += `${at > 0 ? ',' : ''}${inner}${JSON.stringify(keyText(key))}: `;
      putJson(out, value, inner, depth + 1);
      if (out.isFull) return;
    }
    out.text += entries.length > 0 ? `${line}}` : '}';
  } else {
    const items = reply instanceof Set ? [...reply] : (reply as unknown[]);
    const inner = `${line}  `;
    out.text += '[';
    for (const [at, item] of items.entries()) {
      out.text += (at > 0 ? ',' : '') + inner;
      putJson(out, item, inner, depth + 1);
      if (out.isFull) return;
    }
    out.text += items.length > 0 ? `${line}]` : ']';
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Set);
}

function keyText(key: unknown): string {
  if (key instanceof Uint8Array) {
    const text = textOf(key);
    return typeof text === 'string' ? text : quoted(text).slice(1, -1);
  }
  return typeof key === 'object' ? toJson(key) : String(key);
}

/** Values of a Lua program as Lua writes them. */
export function toLua(values: readonly unknown[]): string {
  if (values.length === 0) return '';
  const out = new Out();
  for (const [at, value] of values.entries()) {
    if (at > 0) out.text += '\n';
    putLua(out, value, '\n', 0);
  }
  return out.finish();
}

function putLua(out: Out, value: unknown, line: string, depth: number): void {
  if (out.isFull) return;
  if (value === null || value === undefined) out.text += 'nil';
  else if (typeof value === 'string') out.text += JSON.stringify(value);
  else if (typeof value !== 'object') out.text += String(value);
  else if (depth >= DEPTH_MAX) out.text += '{…}';
  else {
    const entries: [unknown, unknown][] = Array.isArray(value)
      ? value.map((item, at) => [at + 1, item])
      : value instanceof Map
        ? [...value]
        : Object.entries(value);
    const isList = Array.isArray(value);
    const inner = `${line}  `;
    out.text += '{';
    for (const [at, [key, item]] of entries.entries()) {
      out.text += (at > 0 ? ',' : '') + inner;
      if (!isList) {
        if (typeof key === 'string' && /^[A-Za-z_]\w*$/.test(key)) out.text += `${key} = `;
        else {
          out.text += '[';
          putLua(out, key, inner, depth + 1);
          out.text += '] = ';
        }
      }
      putLua(out, item, inner, depth + 1);
      if (out.isFull) return;
    }
    out.text += entries.length > 0 ? `${line}}` : '}';
  }
}
