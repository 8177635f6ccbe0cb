// What keys hold, as plain data: read from a Redmoon, compared, and written back.

import { bytesOf, idOf, textOf, type Text } from './text.js';

export const KEY_TYPES = ['string', 'list', 'set', 'zset', 'hash', 'stream'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/**
 * A piece of a value. Label and value are: of a string, nothing and the text; of a list, the index and the item; of a set, the
 * member and nothing; of a sorted set, the member and its score; of a hash, field and value; of a stream, the ID and the fields.
 */
export interface Row {
  label: Text;
  value: Text | Text[];
}

export interface Entry {
  key: Text;
  type: KeyType;
  encoding: string;
  /** When the key expires, in milliseconds since 1970. */
  expiresAt: number | null;
  /** How many bytes a string has, or how many items another value has. */
  size: number;
  rows: Row[];
  /** There is more than the rows show. */
  isCut: boolean;
}

export interface Dump {
  entries: Entry[];
  /** How many keys there are; not all of them may be in `entries`. */
  keys: number;
}

export type ChangeKind = 'added' | 'changed' | 'removed';

export interface RowChange {
  kind: ChangeKind;
  label: Text;
  before?: Text | Text[];
  after?: Text | Text[];
}

export interface Change {
  kind: ChangeKind;
  key: Text;
  before?: Entry;
  after?: Entry;
  rows: RowChange[];
}

/** What is read of a keyspace. */
export const LIMITS = { keys: 1_000, rows: 200, stringBytes: 8 << 10, totalBytes: 1 << 20 };

/** The part of a Redmoon that is needed here. */
export interface Commands {
  call(command: readonly Text[], options: { bytes: true; integers: 'number' }): unknown;
}

const OPTIONS = { bytes: true, integers: 'number' } as const;

/** The keys that there are, in order; of more than `max`, some. */
export function keysOf(commands: Commands, max: number): Uint8Array[] {
  const keys: Uint8Array[] = [];
  let cursor = '0';
  do {
    const [next, found] = commands.call(['SCAN', cursor, 'COUNT', '250'], OPTIONS) as [Uint8Array, Uint8Array[]];
    cursor = String(textOf(next));
    keys.push(...found);
  } while (cursor !== '0' && keys.length < max);
  return keys.sort(compareBytes).slice(0, max);
}

/** Reads the keyspace, keys in order, within limits. */
export function dump(commands: Commands): Dump {
  const entries: Entry[] = [];
  let total = 0;
  for (const key of keysOf(commands, LIMITS.keys)) {
    const entry = readKey(commands, key, LIMITS);
    if (!entry) continue;
    for (const { label, value } of entry.rows) {
      total += label.length + (Array.isArray(value) ? value.reduce((sum, part) => sum + part.length, 0) : value.length) + 8;
    }
    entries.push(entry);
    if (total > LIMITS.totalBytes) break;
  }
  return { entries, keys: commands.call(['DBSIZE'], OPTIONS) as number };
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const difference = (one[at] as number) - (other[at] as number);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** What a key holds, so far as the limits (of at least 1) let it be read. */
export function readKey(commands: Commands, key: Uint8Array, limits: { rows: number; stringBytes: number }): Entry | undefined {
  const call = (...command: Text[]): unknown => commands.call(command, OPTIONS);
  const type = call('TYPE', key) as KeyType;
  if (!KEY_TYPES.includes(type)) return undefined;
  const encoding = String(textOf((call('OBJECT', 'ENCODING', key) as Uint8Array | null) ?? new Uint8Array()));
  const expires = call('PEXPIRETIME', key) as number;
  const last = String(limits.rows - 1);
  let isCut = false;
  const text = (value: Uint8Array | undefined): Text => {
    if (value && value.length > limits.stringBytes) isCut = true;
    return textOf((value ?? new Uint8Array()).subarray(0, limits.stringBytes));
  };
  const fieldsOf = (fields: Uint8Array[]): Uint8Array[] => {
    if (fields.length > limits.rows * 2) isCut = true;
    return fields.slice(0, limits.rows * 2);
  };
  let size: number;
  let rows: Row[];
  let pairs: Uint8Array[];
  switch (type) {
    case 'string': {
      size = call('STRLEN', key) as number;
      rows = [{ label: '', value: text(call('GETRANGE', key, '0', String(limits.stringBytes - 1)) as Uint8Array) }];
      return { key: textOf(key), type, encoding, expiresAt: expires > 0 ? expires : null, size, rows, isCut: size > limits.stringBytes };
    }
    case 'list':
      size = call('LLEN', key) as number;
      rows = (call('LRANGE', key, '0', last) as Uint8Array[]).map((item, at) => ({ label: String(at), value: text(item) }));
      break;
    case 'set':
      size = call('SCARD', key) as number;
      pairs = size > limits.rows ? scan(call, 'SSCAN', key, limits.rows) : (call('SMEMBERS', key) as Uint8Array[]);
      rows = pairs.sort(compareBytes).map((member) => ({ label: text(member), value: '' }));
      break;
    case 'zset':
      size = call('ZCARD', key) as number;
      pairs = call('ZRANGE', key, '0', last, 'WITHSCORES') as Uint8Array[];
      rows = inPairs(pairs).map(([member, score]) => ({ label: text(member), value: text(score) }));
      break;
    case 'hash':
      size = call('HLEN', key) as number;
      pairs = size > limits.rows ? scan(call, 'HSCAN', key, limits.rows * 2) : (call('HGETALL', key) as Uint8Array[]);
      rows = inPairs(pairs).map(([field, value]) => ({ label: text(field), value: text(value) }));
      break;
    case 'stream':
      size = call('XLEN', key) as number;
      rows = (call('XRANGE', key, '-', '+', 'COUNT', String(limits.rows)) as [Uint8Array, Uint8Array[]][]).map(([id, fields]) => ({
        label: text(id),
        value: fieldsOf(fields).map(text),
      }));
      break;
  }
  return { key: textOf(key), type, encoding, expiresAt: expires > 0 ? expires : null, size, rows, isCut: isCut || rows.length < size };
}

/** The first `count` strings that a scan finds. */
function scan(call: (...command: Text[]) => unknown, command: string, key: Uint8Array, count: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let cursor = '0';
  do {
    const [next, some] = call(command, key, cursor, 'COUNT', '100') as [Uint8Array, Uint8Array[]];
    cursor = String(textOf(next));
    found.push(...some);
  } while (cursor !== '0' && found.length < count);
  return found.slice(0, count);
}

function inPairs(items: Uint8Array[]): [Uint8Array, Uint8Array][] {
  const pairs: [Uint8Array, Uint8Array][] = [];
  for (let at = 0; at + 1 < items.length; at += 2) pairs.push([items[at] as Uint8Array, items[at + 1] as Uint8Array]);
  return pairs;
}

/** The commands that make these keys. */
export function* commandsFor(entries: Iterable<Entry>): Generator<Text[]> {
  for (const { key, type, rows, expiresAt } of entries) {
    if (rows.length === 0) continue;
    const flat = (value: Text | Text[]): Text[] => (Array.isArray(value) ? value : [value]);
    switch (type) {
      case 'string':
        yield ['SET', key, ...rows.slice(0, 1).flatMap(({ value }) => flat(value).slice(0, 1))];
        break;
      case 'list':
        yield ['RPUSH', key, ...rows.flatMap(({ value }) => flat(value))];
        break;
      case 'set':
        yield ['SADD', key, ...rows.map(({ label }) => label)];
        break;
      case 'zset':
        yield ['ZADD', key, ...rows.flatMap(({ label, value }) => [...flat(value), label])];
        break;
      case 'hash':
        yield ['HSET', key, ...rows.flatMap(({ label, value }) => [label, ...flat(value)])];
        break;
      case 'stream':
        for (const { label, value } of rows) yield ['XADD', key, label, ...flat(value)];
        break;
    }
    if (expiresAt !== null) yield ['PEXPIREAT', key, String(expiresAt)];
  }
}

function isSame(one: Text | Text[] | undefined, other: Text | Text[] | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const id = (value: Text | Text[]): string => (Array.isArray(value) ? `a${JSON.stringify(value.map(idOf))}` : idOf(value));
  return id(one) === id(other);
}

/** What is different in `after`, in the order of keys. */
export function diff(before: Dump, after: Dump): Change[] {
  const old = new Map(before.entries.map((entry) => [idOf(entry.key), entry]));
  const wasAllThere = before.entries.length >= before.keys;
  const changes: Change[] = [];
  for (const entry of after.entries) {
    const was = old.get(idOf(entry.key));
    old.delete(idOf(entry.key));
    if (!was) {
      // A key that was not read before may have been there.
      if (wasAllThere) changes.push({ kind: 'added', key: entry.key, after: entry, rows: [] });
      continue;
    }
    const rows = was.type === entry.type ? rowChanges(was, entry) : [];
    if (rows.length > 0 || was.type !== entry.type || was.size !== entry.size || was.expiresAt !== entry.expiresAt) {
      changes.push({ kind: 'changed', key: entry.key, before: was, after: entry, rows });
    }
  }
  const isAllThere = after.entries.length >= after.keys;
  for (const entry of old.values()) {
    if (isAllThere) changes.push({ kind: 'removed', key: entry.key, before: entry, rows: [] });
  }
  return changes.sort((one, other) => compareBytes(bytesOf(one.key), bytesOf(other.key)));
}

function rowChanges(before: Entry, after: Entry): RowChange[] {
  if (before.type === 'list') return listChanges(before.rows, after.rows);
  const old = new Map(before.rows.map((row) => [idOf(row.label), row]));
  const changes: RowChange[] = [];
  for (const { label, value } of after.rows) {
    const was = old.get(idOf(label));
    old.delete(idOf(label));
    if (!was) changes.push({ kind: 'added', label, after: value });
    else if (!isSame(was.value, value)) changes.push({ kind: 'changed', label, before: was.value, after: value });
  }
  // What is beyond the limit of one of them has not been removed.
  if (!after.isCut) for (const { label, value } of old.values()) changes.push({ kind: 'removed', label, before: value });
  return changes;
}

/** Of lists, what lies between the beginning and the end that both have. */
function listChanges(before: readonly Row[], after: readonly Row[]): RowChange[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && isSame(before[start]?.value, after[start]?.value)) start++;
  let end = 0;
  while (end < shorter - start && isSame(before.at(-1 - end)?.value, after.at(-1 - end)?.value)) end++;
  return [
    ...before.slice(start, before.length - end).map(({ label, value }): RowChange => ({ kind: 'removed', label, before: value })),
    ...after.slice(start, after.length - end).map(({ label, value }): RowChange => ({ kind: 'added', label, after: value })),
  ];
}
