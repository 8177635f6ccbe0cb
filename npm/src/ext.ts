// External tables: JavaScript's Maps, read and written by Lua where they are.

import { RedmoonError } from './errors.js';
import { LUA, Tag, decodeText, isThenable, textOrBytes, type Reader } from './wire.js';

/** What a table has to be able to do; a `Map` is one. */
export interface ExternalMap {
  get(key: unknown): unknown;
  set(key: unknown, value: unknown): unknown;
  delete(key: unknown): unknown;
  readonly size: number;
  keys(): Iterable<unknown>;
}

/** What Lua asks of a table (docs/abi.md, "External tables"). */
const Operation = { get: 0, set: 1, length: 2, keys: 3, open: 4 } as const;

/** The external tables of a Redmoon: `rm.ext`. */
export class ExternalTables {
  readonly #tables = new Map<string, ExternalMap>();
  /** The keys of each table that are bytes, by their text: to a `Map` two arrays are never the same. */
  readonly #binaryKeys = new WeakMap<ExternalMap, Map<string, Uint8Array>>();
  #open: (() => void) | undefined;

  /** @internal */
  constructor(open: () => void) {
    this.#open = open;
  }

  /**
   * Shows a map to Lua as `ext.table(name)`. Reads, writes, `#`, `pairs` and `ext.keys` go to the map itself, so that both
   * sides see at once what the other has done. Without a map, the one of this name is given, or a new one.
   *
   * Keys are strings, numbers and booleans. Bytes that are no UTF-8 come as `Uint8Array`s; as a key, the same bytes always
   * come as the same array.
   */
  table<M extends ExternalMap = Map<unknown, unknown>>(name: string, map?: M): M {
    const known = this.#tables.get(name);
    if (map === undefined && known) return known as M;
    this.#open?.();
    this.#open = undefined;
    const table = map ?? (new Map<unknown, unknown>() as unknown as M);
    this.#tables.set(name, table);
    return table;
  }

  /** Takes a table away: scripts that hold it find nothing there any more. */
  remove(name: string): boolean {
    return this.#tables.delete(name);
  }

  /** The names of the tables. */
  names(): string[] {
    return [...this.#tables.keys()];
  }

  /** @internal Answers a question of Lua. */
  answer(question: Reader): unknown {
    question.array();
    const operation = question.integer();
    const name = decodeText(question.bytes());
    const table = this.#tables.get(name);
    if (operation === Operation.open) return table !== undefined;
    if (!table) throw new RedmoonError(`the external table '${name}' has been removed`, { kind: 'script' });
    switch (operation) {
      case Operation.get:
        return checked(table.get(this.#key(table, question)));
      case Operation.set: {
        const key = this.#key(table, question);
        const value = readValue(question);
        checked(value === null ? table.delete(key) : table.set(key, value));
        return null;
      }
      case Operation.length:
        return checked(table.size);
      default:
        return [...table.keys()];
    }
  }

  /** The key that a question names. */
  #key(table: ExternalMap, question: Reader): unknown {
    const key = readValue(question);
    if (!(key instanceof Uint8Array)) return key;
    let known = this.#binaryKeys.get(table);
    if (!known) this.#binaryKeys.set(table, (known = new Map<string, Uint8Array>()));
    const text = latin1(key);
    let same = known.get(text);
    if (!same) {
      // It may have come from JavaScript.
      for (const other of table.keys()) if (other instanceof Uint8Array && !known.has(latin1(other))) known.set(latin1(other), other);
      same = known.get(text) ?? key;
      known.set(text, same);
    }
    return same;
  }
}

/** Bytes as a text that only they have. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Tables are read while the script waits, so they cannot answer later. */
function checked(answer: unknown): unknown {
  if (!isThenable(answer)) return answer;
  answer.then(undefined, () => {});
  throw new TypeError('an external table answered with a promise: only hosts may');
}

/** A key or value: Lua's strings are text if they are UTF-8, else bytes. */
function readValue(reader: Reader): unknown {
  const tag = reader.u8();
  if (tag === Tag.string) return textOrBytes(reader.slice());
  reader.at--;
  return reader.value(LUA);
}
