// What clients of Redis answer, as replies to a script.
//
// A script in RESP2 has to see RESP2's shapes although its client may speak RESP3, a status has to stay one although clients give
// text and bytes for it, and Redis refuses some commands to scripts only. These are facts about commands (Redis 7.0.15), kept in
// the tables here.

/** Commands that a script may call and that answer a status, with what their arguments have to look like for that. */
const STATUS: Readonly<Record<string, (args: readonly string[]) => boolean>> = {
  FLUSHALL: always,
  FLUSHDB: always,
  HMSET: always,
  LSET: always,
  LTRIM: always,
  MEMORY: ([subcommand]) => subcommand === 'PURGE',
  MIGRATE: always,
  MSET: always,
  PFMERGE: always,
  PING: (args) => args.length === 0,
  PSETEX: always,
  RENAME: always,
  RESTORE: always,
  'RESTORE-ASKING': always,
  SELECT: always,
  SET: (args) => !args.slice(2).includes('GET'),
  SETEX: always,
  SWAPDB: always,
  TYPE: always,
  XGROUP: ([subcommand]) => subcommand === 'CREATE' || subcommand === 'SETID',
  XSETID: always,
};

/** Commands whose pairs are arrays of their own in RESP3, and lie one after another in RESP2. */
const PAIRS: ReadonlySet<string> = new Set([
  'HRANDFIELD',
  'ZDIFF',
  'ZINTER',
  'ZPOPMAX',
  'ZPOPMIN',
  'ZRANDMEMBER',
  'ZRANGE',
  'ZRANGEBYSCORE',
  'ZREVRANGE',
  'ZREVRANGEBYSCORE',
  'ZUNION',
]);

/** Commands that answer a map in RESP3, and an array of pairs in RESP2, where all others have keys and values in turn. */
const MAPS_OF_PAIRS: ReadonlySet<string> = new Set(['XREAD', 'XREADGROUP']);

/** Commands whose maps have keys of users: bytes, which clients keep only where they give keys and values in turn. */
export const MAPS_OF_USERS: ReadonlySet<string> = new Set(['HGETALL', ...MAPS_OF_PAIRS]);

/** Commands that are not for scripts: the flag `noscript`. `HELP` of those with subcommands is. */
const NOT_FOR_SCRIPTS: ReadonlySet<string> = new Set(
  [
    'ACL AUTH BGREWRITEAOF BGSAVE BLMOVE BLPOP BRPOP BRPOPLPUSH BZPOPMAX BZPOPMIN CLIENT CONFIG DEBUG DISCARD EVAL EVALSHA',
    'EVALSHA_RO EVAL_RO EXEC FAILOVER FCALL FCALL_RO FUNCTION HELLO LATENCY MODULE MONITOR MULTI PSUBSCRIBE PSYNC PUNSUBSCRIBE',
    'QUIT REPLCONF REPLICAOF RESET ROLE SAVE SCRIPT SHUTDOWN SLAVEOF SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE SYNC UNSUBSCRIBE UNWATCH',
    'WAIT WATCH',
  ].flatMap((names) => names.split(' ')),
);

/** Commands that themselves find a number of arguments wrong, from so many on. */
const CHECKS_ARGUMENTS: Readonly<Record<string, number>> = { HMSET: 3, HSET: 3, MSET: 2, MSETNX: 2, PING: 0, XADD: 4 };

const NOT_ALLOWED = 'ERR This Redis command is not allowed from script';
const UNKNOWN = 'ERR Unknown Redis command called from script';
const WRONG_NUMBER = 'ERR Wrong number of args calling Redis command from script';

function always(): boolean {
  return true;
}

/** A command, as a script calls it. */
export type Argv = readonly (string | Uint8Array)[];

/** How a client's values are to be read. */
export interface Reading {
  /** The protocol whose types the script is to see. */
  resp: 2 | 3;
  /** What a text is: clients that give bytes for strings have text for other things. */
  text(text: string): unknown;
  /** What a number is. */
  number(number: number): unknown;
}

/** Sends a command of a script with `send`; the reply, or the error that the script gets. */
export async function answerTo(argv: Argv, reading: Reading, send: () => Promise<unknown>): Promise<unknown> {
  const [name = '', subcommand] = argv.map(upper);
  const isRefused = NOT_FOR_SCRIPTS.has(name) ? subcommand !== 'HELP' : name === 'CLUSTER' && subcommand === 'RESET';
  if (isRefused) return new Error(NOT_ALLOWED);
  let answer: unknown;
  try {
    answer = await send();
  } catch (error) {
    return error instanceof Error ? new Error(errorFor(name, argv.length - 1, error.message)) : error;
  }
  return replyTo(argv, answer, reading);
}

/** The text of an error as a script gets it. */
function errorFor(name: string, count: number, text: string): string {
  if (/^ERR unknown (sub)?command '/.test(text)) return UNKNOWN;
  const isOfNumber = /^ERR wrong number of arguments for '/.test(text);
  const checks = Object.hasOwn(CHECKS_ARGUMENTS, name) && count >= (CHECKS_ARGUMENTS[name] ?? 0);
  return isOfNumber && !checks ? WRONG_NUMBER : text;
}

/** What a client has answered, as a reply to the script that has called `argv`. */
function replyTo(argv: Argv, answer: unknown, reading: Reading): unknown {
  const [name = '', ...args] = argv.map(upper);
  if (answer instanceof Uint8Array) {
    const isStatus = Object.hasOwn(STATUS, name) && STATUS[name]?.(args) === true;
    return isStatus ? statusOf(answer) : answer;
  }
  if (args[0] === 'HELP' && Array.isArray(answer)) {
    return answer.map((line) => (line instanceof Uint8Array ? statusOf(line) : valueOf(line, reading)));
  }
  if (reading.resp === 3) return valueOf(MAPS_OF_USERS.has(name) ? mapOf(answer) : answer, reading);
  if (MAPS_OF_PAIRS.has(name)) return valueOf(pairsOf(answer), reading);
  const reply = valueOf(answer, reading);
  const isOfPairs = PAIRS.has(name) && Array.isArray(reply) && reply.every(Array.isArray);
  return isOfPairs ? (reply as unknown[][]).flat(1) : reply;
}

function statusOf(text: Uint8Array): { status: string } {
  return { status: new TextDecoder().decode(text) };
}

/** A word of a command in capitals; what is no text is no word. */
export function upper(word: string | Uint8Array): string {
  return typeof word === 'string' && word.length < 32 ? word.toUpperCase() : '';
}

/** Keys and values in turn as a map. */
function mapOf(answer: unknown): unknown {
  if (!Array.isArray(answer) || (answer.length > 0 && answer.every(Array.isArray))) return answer;
  return new Map(pairsOf(answer) as [unknown, unknown][]);
}

/** A map as an array of pairs, whichever way it has come. */
function pairsOf(answer: unknown): unknown {
  if (answer instanceof Map) return [...answer];
  if (isObject(answer)) return Object.entries(answer);
  // Keys and values in turn.
  if (!Array.isArray(answer) || answer.every(Array.isArray)) return answer;
  return Array.from({ length: answer.length / 2 }, (_, at) => answer.slice(at * 2, at * 2 + 2) as unknown[]);
}

function valueOf(value: unknown, reading: Reading): unknown {
  const { resp } = reading;
  switch (typeof value) {
    case 'string':
      return reading.text(value);
    case 'number':
      return reading.number(value);
    case 'bigint':
      return resp === 3 ? value : String(value);
    case 'boolean':
      return resp === 3 ? value : Number(value);
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null || value instanceof Uint8Array || value instanceof Error) return value;
  if (Array.isArray(value)) return value.map((item) => valueOf(item, reading));
  if (value instanceof Set) {
    const items = [...value].map((item) => valueOf(item, reading));
    return resp === 3 ? new Set(items) : items;
  }
  if (!(value instanceof Map) && !isObject(value)) return String(value);
  const entries = [...(value instanceof Map ? value : Object.entries(value))];
  const items = entries.map(([key, item]) => [keyOf(key, reading), valueOf(item, reading)] as const);
  return resp === 3 ? new Map(items) : items.flat(1);
}

/** Clients read the keys of maps as text where they may be bytes. */
function keyOf(key: unknown, reading: Reading): unknown {
  return typeof key === 'string' ? key : valueOf(key, reading);
}

/** Whether a value is an object that stands for a map. */
function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The integer that a text shows, exactly; `undefined` when it shows none. */
export function integerOf(text: string): number | bigint | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** An argument as clients take it: text, or a Buffer. */
export function argumentOf(value: string | Uint8Array): string | Buffer {
  return typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
