// What somebody works on: the script, its inputs, the keyspace. It is kept across reloads and goes into links, so what is read
// back is checked: it may be from anybody.

import { KEY_TYPES, type Entry, type KeyType, type Row } from './keyspace.js';
import { fromBase64, textOf, toBase64, type Text } from './text.js';

export const MODES = ['script', 'library', 'lua'] as const;
export type Mode = (typeof MODES)[number];

export interface Work {
  mode: Mode;
  source: string;
  /** Lines of arguments as `splitArgs` reads them. */
  keys: string;
  args: string;
  /** The function that is called in a library; the first one when it is empty. */
  fn: string;
  resp: 2 | 3;
  limits: { fuel: number; memoryMb: number; timeMs: number };
  breakpoints: number[];
  entries: Entry[];
}

/** 0 stands for no limit. */
export const FUEL_STEPS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 0] as const;
export const TIME_STEPS = [100, 500, 1_000, 2_000, 5_000, 30_000, 0] as const;
export const MEMORY_STEPS = [1, 4, 16, 64, 256] as const;

export const DEFAULT_LIMITS = { fuel: 1e8, memoryMb: 64, timeMs: 5_000 } as const;

export const BOUNDS = { source: 1 << 20, line: 64 << 10, entries: 1_000, rows: 1_000, string: 64 << 10, breakpoints: 200 } as const;

export function emptyWork(): Work {
  return { mode: 'script', source: '', keys: '', args: '', fn: '', resp: 2, limits: { ...DEFAULT_LIMITS }, breakpoints: [], entries: [] };
}

/** As JSON can hold it: strings that are no text become `{ b: base64 }`; what says nothing is left out. */
export function pack(work: Work, now: number): unknown {
  const { mode, source, keys, args, fn, resp, limits, breakpoints, entries } = work;
  return {
    v: 1,
    m: mode,
    s: source,
    ...(keys && { k: keys }),
    ...(args && { a: args }),
    ...(fn && { f: fn }),
    ...(resp === 3 && { r: 3 }),
    ...(JSON.stringify(limits) !== JSON.stringify(DEFAULT_LIMITS) && { l: [limits.fuel, limits.memoryMb, limits.timeMs] }),
    ...(breakpoints.length > 0 && { b: breakpoints }),
    ...(entries.length > 0 && {
      d: entries.map(({ key, type, expiresAt, rows }) => [
        KEY_TYPES.indexOf(type),
        packText(key),
        expiresAt === null ? -1 : Math.max(1, expiresAt - now),
        rows.flatMap(({ label, value }) => [packText(label), Array.isArray(value) ? value.map(packText) : packText(value)]),
      ]),
    }),
  };
}

function packText(text: Text): unknown {
  return typeof text === 'string' ? text : { b: toBase64(text) };
}

/** Something is wrong with what was handed in. */
export class MalformedWork extends Error {
  constructor(what: string) {
    super(`not something that the playground has written: ${what}`);
  }
}

function check(isRight: boolean, what: string): asserts isRight {
  if (!isRight) throw new MalformedWork(what);
}

/** The work that `pack` has made JSON of. Everything is checked: types, counts and lengths. */
export function unpack(packed: unknown, now: number): Work {
  check(typeof packed === 'object' && packed !== null && !Array.isArray(packed), 'no object');
  const given = packed as Record<string, unknown>;
  check(given.v === 1, 'its version');
  const work = emptyWork();
  check(MODES.includes(given.m as Mode), 'the kind of script');
  work.mode = given.m as Mode;
  work.source = stringOf(given.s, BOUNDS.source, 'the script');
  work.keys = given.k === undefined ? '' : stringOf(given.k, BOUNDS.line, 'KEYS');
  work.args = given.a === undefined ? '' : stringOf(given.a, BOUNDS.line, 'ARGV');
  work.fn = given.f === undefined ? '' : stringOf(given.f, 200, 'the function');
  work.resp = given.r === 3 ? 3 : 2;
  if (given.l !== undefined) {
    check(Array.isArray(given.l) && given.l.length === 3, 'the limits');
    const [fuel, memoryMb, timeMs] = given.l as unknown[];
    check(FUEL_STEPS.includes(fuel as never) && MEMORY_STEPS.includes(memoryMb as never) && TIME_STEPS.includes(timeMs as never), 'the limits');
    work.limits = { fuel: fuel as number, memoryMb: memoryMb as number, timeMs: timeMs as number };
  }
  if (given.b !== undefined) {
    check(Array.isArray(given.b) && given.b.length <= BOUNDS.breakpoints, 'the breakpoints');
    check(given.b.every((line) => Number.isInteger(line) && line > 0 && line < 1e6), 'the breakpoints');
    work.breakpoints = [...new Set(given.b as number[])].sort((one, other) => one - other);
  }
  if (given.d !== undefined) {
    check(Array.isArray(given.d) && given.d.length <= BOUNDS.entries, 'the keyspace');
    work.entries = given.d.map((entry) => unpackEntry(entry, now));
  }
  return work;
}

function unpackEntry(entry: unknown, now: number): Entry {
  check(Array.isArray(entry) && entry.length === 4, 'a key');
  const [typeIndex, key, ttl, flat] = entry as unknown[];
  const type: KeyType | undefined = KEY_TYPES[typeIndex as number];
  check(type !== undefined, 'the type of a key');
  check(typeof ttl === 'number' && Number.isInteger(ttl) && (ttl === -1 || (ttl > 0 && ttl < 1e14)), 'the time of a key');
  check(Array.isArray(flat) && flat.length % 2 === 0 && flat.length >= 2 && flat.length <= BOUNDS.rows * 2, 'what a key holds');
  const rows: Row[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    const value: unknown = flat[at + 1];
    if (type === 'stream') {
      check(Array.isArray(value) && value.length >= 2 && value.length % 2 === 0 && value.length <= BOUNDS.rows, 'what a stream holds');
      rows.push({ label: textOfPacked(flat[at]), value: value.map(textOfPacked) });
    } else {
      rows.push({ label: textOfPacked(flat[at]), value: textOfPacked(value) });
    }
  }
  check(type !== 'string' || rows.length === 1, 'what a key holds');
  const [first] = rows;
  const size = type === 'string' && first ? first.value.length : rows.length;
  return { key: textOfPacked(key), type, encoding: '', expiresAt: ttl === -1 ? null : now + ttl, size, rows, isCut: false };
}

function stringOf(value: unknown, max: number, what: string): string {
  check(typeof value === 'string' && value.length <= max, what);
  return value;
}

function textOfPacked(value: unknown): Text {
  if (typeof value === 'string') return stringOf(value, BOUNDS.string, 'a string');
  check(typeof value === 'object' && value !== null, 'a string');
  const base64 = stringOf((value as { b?: unknown }).b, BOUNDS.string * 2, 'a string');
  try {
    return textOf(fromBase64(base64));
  } catch {
    throw new MalformedWork('a string');
  }
}
