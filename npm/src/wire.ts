// Values as bytes and back: a tag, and what belongs to it. docs/abi.md describes the format.

import { RedmoonError } from './errors.js';

/** What a string, a key or an argument may be. */
export type Bytes = string | Uint8Array | number | bigint;

/** The tags of docs/abi.md. */
export const Tag = {
  nil: 0x00,
  boolean: 0x01,
  integer: 0x02,
  double: 0x03,
  string: 0x04,
  array: 0x05,
  map: 0x06,
  set: 0x07,
  status: 0x08,
  error: 0x09,
  bigNumber: 0x0a,
  verbatim: 0x0b,
  push: 0x0c,
} as const;

/** Values inside one another beyond this are refused: one may hold itself. The module has the same limit. */
const DEPTH_MAX = 10_000;

/** A piece of memory, as bytes and as numbers. */
export interface View {
  readonly bytes: Uint8Array;
  readonly numbers: DataView;
}

export function viewOf(bytes: Uint8Array): View {
  return { bytes, numbers: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Where a writer gets its memory from. */
export interface Room {
  /** A view of at least `size` bytes, in which the first `used` bytes are kept. */
  grow(size: number, used: number): View;
}

const encoder = new TextEncoder();
// A mark at the beginning belongs to the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Writes values into a buffer, which grows. */
export class Writer {
  size = 0;
  #bytes: Uint8Array;
  #view: DataView;
  readonly #room: Room;

  constructor(view: View, room: Room) {
    this.#bytes = view.bytes;
    this.#view = view.numbers;
    this.#room = room;
  }

  /** Begins anew in a view. */
  reset(view: View): void {
    this.size = 0;
    this.#bytes = view.bytes;
    this.#view = view.numbers;
  }

  #need(count: number): void {
    const size = this.size + count;
    if (size <= this.#bytes.length) return;
    const { bytes, numbers } = this.#room.grow(Math.max(size, this.#bytes.length * 2), this.size);
    this.#bytes = bytes;
    this.#view = numbers;
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.size);
    this.size += bytes.length;
  }

  #tag(tag: number): void {
    this.#need(1);
    this.#bytes[this.size++] = tag;
  }

  /** A tag and a length or count. */
  head(tag: number, count: number): void {
    this.#need(5);
    this.#bytes[this.size] = tag;
    this.#view.setUint32(this.size + 1, count, true);
    this.size += 5;
  }

  integer(value: number | bigint): void {
    this.#need(9);
    this.#bytes[this.size] = Tag.integer;
    if (typeof value === 'number' && (value | 0) === value) {
      this.#view.setInt32(this.size + 1, value, true);
      this.#view.setInt32(this.size + 5, value < 0 ? -1 : 0, true);
    } else {
      this.#view.setBigInt64(this.size + 1, BigInt(value), true);
    }
    this.size += 9;
  }

  double(value: number): void {
    this.#need(9);
    this.#bytes[this.size] = Tag.double;
    this.#view.setFloat64(this.size + 1, value, true);
    this.size += 9;
  }

  /** A text in UTF-8 behind `tag`. */
  text(text: string, tag: number = Tag.string): void {
    const start = this.size;
    // At most three bytes for each of JavaScript's units.
    if (text.length <= 1 << 16) {
      this.#need(5 + text.length * 3);
      this.#bytes[start] = tag;
      const at = start + 5;
      let size = 0;
      if (text.length < 48) {
        for (; size < text.length; size++) {
          const unit = text.charCodeAt(size);
          if (unit > 0x7f) break;
          this.#bytes[at + size] = unit;
        }
      }
      if (size < text.length) {
        size = encoder.encodeInto(text, this.#bytes.subarray(at)).written;
      }
      this.#view.setUint32(start + 1, size, true);
      this.size = at + size;
    } else {
      const bytes = encoder.encode(text);
      this.head(tag, bytes.length);
      this.raw(bytes);
    }
  }

  /** A string of bytes. */
  bytes(bytes: Uint8Array): void {
    this.head(Tag.string, bytes.length);
    this.raw(bytes);
  }

  /** A key, an argument, a script: a string, bytes, or a number as JavaScript writes it. */
  argument(value: Bytes): void {
    if (typeof value === 'string') this.text(value);
    else if (value instanceof Uint8Array) this.bytes(value);
    else if (typeof value === 'number' || typeof value === 'bigint') this.text(String(value));
    else throw new TypeError(`a string, a Uint8Array or a number is expected, not ${describe(value)}`);
  }

  /** A list of them. */
  arguments(values: readonly Bytes[]): void {
    if (!Array.isArray(values)) throw new TypeError(`an array of keys or arguments is expected, not ${describe(values)}`);
    this.head(Tag.array, values.length);
    for (const value of values) this.argument(value);
  }

  /**
   * Any value: `null` and `undefined` as nil, whole numbers and bigints as integers, other numbers as doubles, arrays, Maps,
   * Sets, plain objects as maps, Errors as errors; when `isReply`, `{ status: 'OK' }` as a status and `{ double: 3 }` as a double.
   */
  value(value: unknown, isReply = true): void {
    const items = this.#one(value, isReply);
    if (items !== undefined) this.#inside(items, isReply);
  }

  // Values may be nested thousands of levels deep, so this does not call itself.
  #inside(items: readonly unknown[], isReply: boolean): void {
    const open = [{ items, at: 0 }];
    for (;;) {
      const top = open[open.length - 1];
      if (top === undefined) return;
      if (top.at === top.items.length) {
        open.pop();
        continue;
      }
      const inner = this.#one(top.items[top.at++], isReply);
      if (inner === undefined) continue;
      if (open.length === DEPTH_MAX) throw new TypeError('a value that is nested too deeply, or holds itself');
      open.push({ items: inner, at: 0 });
    }
  }

  /** Writes a value; of one that holds others only the head: what it holds is returned. */
  #one(value: unknown, isReply: boolean): readonly unknown[] | undefined {
    switch (typeof value) {
      case 'undefined':
        this.#tag(Tag.nil);
        return undefined;
      case 'boolean':
        this.#tag(Tag.boolean);
        this.#tag(value ? 1 : 0);
        return undefined;
      case 'number':
        if (Number.isSafeInteger(value) && (isReply || !Object.is(value, -0))) this.integer(value);
        else this.double(value);
        return undefined;
      case 'bigint':
        if (BigInt.asIntN(64, value) === value) this.integer(value);
        else this.text(String(value), Tag.bigNumber);
        return undefined;
      case 'string':
        this.text(value);
        return undefined;
      case 'object':
        if (value !== null) return this.#object(value, isReply);
        this.#tag(Tag.nil);
        return undefined;
      default:
        throw new TypeError(`${describe(value)} cannot be given to a script`);
    }
  }

  #object(value: object, isReply: boolean): readonly unknown[] | undefined {
    if (value instanceof Uint8Array) {
      this.bytes(value);
      return undefined;
    }
    if (value instanceof ArrayBuffer) {
      this.bytes(new Uint8Array(value));
      return undefined;
    }
    if (value instanceof Error) {
      this.text(errorText(value), Tag.error);
      return undefined;
    }
    if (Array.isArray(value)) {
      // A copy: what a getter among its items does must not change what is being written.
      const items = [...(value as unknown[])];
      this.head(Tag.array, items.length);
      return items;
    }
    if (value instanceof Map) {
      const items: unknown[] = [];
      for (const [key, item] of value as Map<unknown, unknown>) items.push(key, item);
      this.head(Tag.map, items.length / 2);
      return items;
    }
    if (value instanceof Set) {
      const items = [...(value as Set<unknown>)];
      this.head(Tag.set, items.length);
      return items;
    }
    const entries = Object.entries(value);
    const [only] = entries;
    if (isReply && entries.length === 1 && only) {
      const [name, what] = only as [string, unknown];
      if (name === 'status' && typeof what === 'string') {
        this.text(what, Tag.status);
        return undefined;
      }
      if (name === 'double' && typeof what === 'number') {
        this.double(what);
        return undefined;
      }
    }
    this.head(Tag.map, entries.length);
    return entries.flat(1);
  }
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  try {
    return new Error(String(thrown));
  } catch {
    return new Error('what was thrown has no text');
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** The text of an error as Redis would send it: its code comes first. */
export function errorText(error: Error): string {
  const text = error.message || error.name;
  return /^[A-Z][A-Z0-9_]* /.test(text) ? text : `ERR ${text}`;
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

/** How values come out. */
export interface Shape {
  /** Strings as `Uint8Array`, not as text. */
  bytes: boolean;
  /** Integers as numbers and, beyond 2^53, as bigints; or all as numbers; or all as bigints. */
  integers: 'auto' | 'number' | 'bigint';
  /** Maps as plain objects where all keys are strings: Lua's tables. */
  objects: boolean;
}

/** Text as values of `Redmoon.call` and `eval` come out unless asked otherwise. */
export const TEXT: Shape = { bytes: false, integers: 'auto', objects: false };

/** Lua's own values. */
export const LUA: Shape = { bytes: false, integers: 'number', objects: true };

/** Reads values out of bytes. */
export class Reader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(view: View, at = 0) {
    this.#bytes = view.bytes;
    this.#view = view.numbers;
    this.at = at;
  }

  u8(): number {
    return this.#view.getUint8(this.at++);
  }

  u32(): number {
    const value = this.#view.getUint32(this.at, true);
    this.at += 4;
    return value;
  }

  #i64(integers: Shape['integers']): number | bigint {
    const low = this.#view.getUint32(this.at, true);
    const high = this.#view.getInt32(this.at + 4, true);
    this.at += 8;
    if (integers !== 'bigint') {
      // Within 2^53 both halves make an exact double.
      if (integers === 'number' || (high >= -0x200000 && high < 0x200000)) return high * 0x1_0000_0000 + low;
    }
    return (BigInt(high) << 32n) | BigInt(low);
  }

  /** The bytes of a string whose tag has been read; only valid until the buffer is used again. */
  slice(): Uint8Array {
    const size = this.u32();
    const bytes = this.#bytes.subarray(this.at, this.at + size);
    this.at += size;
    return bytes;
  }

  text(): string {
    return decodeText(this.slice());
  }

  /** Whether nil comes next; then it is read. */
  isNil(): boolean {
    const isNil = this.#bytes[this.at] === Tag.nil;
    if (isNil) this.at++;
    return isNil;
  }

  /** The count of an array that has to come next. */
  array(): number {
    this.#expect(Tag.array);
    return this.u32();
  }

  /** A whole number that has to come next. */
  integer(): number {
    this.#expect(Tag.integer);
    return Number(this.#i64('number'));
  }

  /** A string that has to come next, as text. */
  string(): string {
    this.#expect(Tag.string);
    return this.text();
  }

  /** A string that has to come next, as bytes of its own. */
  bytes(): Uint8Array {
    this.#expect(Tag.string);
    return this.slice().slice();
  }

  #expect(tag: number): void {
    const found = this.u8();
    if (found !== tag) throw new RedmoonError('ERR the module answered something unknown', { kind: 'internal' });
  }

  /** Any value. Errors inside are `RedmoonError` objects. */
  value(shape: Shape): unknown {
    const tag = this.u8();
    switch (tag) {
      case Tag.nil:
        return null;
      case Tag.boolean:
        return this.u8() !== 0;
      case Tag.integer:
        return this.#i64(shape.integers);
      case Tag.double: {
        const value = this.#view.getFloat64(this.at, true);
        this.at += 8;
        return value;
      }
      case Tag.string:
        return shape.bytes ? this.slice().slice() : this.text();
      case Tag.status:
        return this.text();
      case Tag.error:
        return new RedmoonError(this.text(), { kind: 'command' });
      case Tag.bigNumber: {
        const digits = this.text();
        return /^[+-]?\d+$/.test(digits) ? BigInt(digits) : digits;
      }
      case Tag.verbatim:
        this.at += 3;
        return shape.bytes ? this.slice().slice() : this.text();
      default:
        return this.#aggregate(tag, shape);
    }
  }

  // A reply may be nested thousands of levels deep, so this does not call itself.
  #aggregate(tag: number, shape: Shape): unknown {
    const open: Filling[] = [open_(tag, this.u32())];
    for (;;) {
      const top = open[open.length - 1] as Filling;
      if (top.missing === 0) {
        const value = close(top, shape);
        open.pop();
        const outer = open[open.length - 1];
        if (!outer) return value;
        outer.items.push(value);
        continue;
      }
      top.missing--;
      const next = this.#bytes[this.at];
      if (next === Tag.array || next === Tag.map || next === Tag.set || next === Tag.push) {
        this.at++;
        open.push(open_(next, this.u32()));
      } else {
        top.items.push(this.value(shape));
      }
    }
  }
}

interface Filling {
  tag: number;
  missing: number;
  items: unknown[];
}

function open_(tag: number, count: number): Filling {
  if (tag !== Tag.array && tag !== Tag.map && tag !== Tag.set && tag !== Tag.push) {
    throw new RedmoonError('ERR the module answered something unknown', { kind: 'internal' });
  }
  return { tag, missing: tag === Tag.map ? count * 2 : count, items: [] };
}

function close({ tag, items }: Filling, shape: Shape): unknown {
  if (tag === Tag.set) return new Set(items);
  if (tag !== Tag.map) return items;
  const allStrings = shape.objects && items.every((item, at) => at % 2 === 1 || typeof item === 'string');
  if (!allStrings) {
    const map = new Map<unknown, unknown>();
    for (let at = 0; at < items.length; at += 2) map.set(items[at], items[at + 1]);
    return map;
  }
  const object: Record<string, unknown> = {};
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at] as string;
    // A key of this name is a key like all others.
    if (key === '__proto__') Object.defineProperty(object, key, { value: items[at + 1], enumerable: true, configurable: true, writable: true });
    else object[key] = items[at + 1];
  }
  return object;
}

/** Text of UTF-8 bytes; what is no UTF-8 is replaced. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length < 24) {
    let text = '';
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte > 0x7f) return decoder.decode(bytes);
      text += String.fromCharCode(byte);
    }
    return text;
  }
  return decoder.decode(bytes);
}

/** Text of bytes that are UTF-8, or the bytes themselves. */
export function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return bytes.slice();
  }
}
