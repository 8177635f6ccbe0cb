// Redmoon: a Lua engine and a Redis, in this process.

import { Connection, Hub, type ConnectionEvents } from './connections.js';
import {
  DebugSession,
  type DebugState,
  type FunctionListing,
  type Problem,
  type SourceKind,
  type StackLevel,
  type StepMode,
  type Variable,
} from './debugger.js';
import { Engine, type Exports } from './engine.js';
import { RedmoonError } from './errors.js';
import { ExternalTables } from './ext.js';
import { load, loadSync, type WasmBytes, type WasmModule, type WasmSource } from './module.js';
import { nextTurn } from './turn.js';
import { LUA, Reader, TEXT, Tag, Writer, asError, decodeText, errorText, isThenable, viewOf, type Bytes, type Shape } from './wire.js';

/** A number of bytes: `1048576`, `'512kb'`, `'64mb'`, `'1gb'`. */
export type Size = number | string;

/** What a script may use. Turning a limit off has to be said: `Infinity`. */
export interface Limits {
  /** Units of work of one run: loop turns, calls, and what library functions do. The same script uses the same everywhere. */
  fuel?: number;
  /** Bytes that scripts hold together. 256 MB unless told otherwise; only `create` takes it. */
  memory?: Size;
  /** Milliseconds that one run may compute; what its host takes does not count. 5000 unless told otherwise. */
  timeMs?: number;
}

/** How replies come out. */
export interface ReplyOptions {
  /** Strings as `Uint8Array`s, not as text. */
  bytes?: boolean;
  /** Integers as numbers and, beyond 2^53, as bigints (`'auto'`), or always as one of them. */
  integers?: 'auto' | 'number' | 'bigint';
  /** The protocol whose types replies have: in 3 there are Maps, Sets, doubles and booleans. */
  resp?: 2 | 3;
}

/** What a script is called with. */
export interface EvalOptions extends ReplyOptions {
  /** `KEYS`. */
  keys?: readonly Bytes[];
  /** `ARGV`. */
  args?: readonly Bytes[];
  /** The same as `args`, as node-redis names it. */
  arguments?: readonly Bytes[];
  /** Commands that write are refused: `EVAL_RO`. */
  readOnly?: boolean;
  /** Limits of this call. */
  limits?: Omit<Limits, 'memory'>;
  /** Ends the script. */
  signal?: AbortSignal;
}

/** What a Lua program is run with. */
export interface LuaOptions {
  /** The name of the chunk in messages. */
  name?: string;
  /** Takes what is printed, piece by piece, as it is printed. */
  onPrint?: (text: string) => void;
  /** Strings as `Uint8Array`s, not as text. */
  bytes?: boolean;
  limits?: Omit<Limits, 'memory'>;
  signal?: AbortSignal;
}

/** What a Lua program has come to. */
export interface LuaResult {
  /** What it returned: numbers, strings, booleans, `null`, arrays, and objects (or Maps, where keys are no strings). */
  values: unknown[];
  /** What it printed. */
  output: string;
}

/** A command that a script calls. */
export interface HostCall {
  /** Whether the command may change something. */
  isWrite: boolean;
  /** The protocol that the script has chosen with `redis.setresp`. */
  resp: 2 | 3;
}

/**
 * Answers the commands of scripts: their name and arguments come as text, or as bytes where they are no UTF-8.
 *
 * `null` is nil, `{ status: 'OK' }` a status, `{ double: 3 }` a double (RESP3), an `Error` an error reply; what is thrown is raised
 * in the script.
 */
export type Host = (args: (string | Uint8Array)[], call: HostCall) => unknown;

export type LogLevel = 'debug' | 'verbose' | 'notice' | 'warning';

/** What `Redmoon.create` takes. */
export interface CreateOptions extends ReplyOptions {
  /** Where the WebAssembly module is. In Node, Deno, Bun and workerd it is known. */
  wasm?: WasmSource;
  /**
   * Takes the module that can `debug`, `check` and list bytecode, `redmoon-tools.wasm`: it is larger. Where `wasm` is given, that decides.
   */
  tools?: boolean;
  limits?: Limits;
  /** The keyspace: the most bytes that it may hold, and commands that fill it. */
  keyspace?: { maxmemory?: Size; commands?: Iterable<readonly Bytes[]> };
  /** Answers the commands of scripts, in the place of the keyspace. It may return a promise: the script waits. */
  host?: Host;
  /** Makes everything random the same from run to run: `math.random`, `SRANDMEMBER`. */
  seed?: number;
  /** Takes the lines of `redis.log`. */
  log?: (level: LogLevel, message: string) => void;
  /** Tells the time, in milliseconds since 1970. */
  now?: () => number;
}

/** What `Redmoon.createSync` takes. */
export interface CreateSyncOptions extends Omit<CreateOptions, 'wasm'> {
  wasm?: WasmModule | WasmBytes;
}

/** What a script is stepped through with. */
export interface DebugOptions extends EvalOptions {
  /** Lines at which the run stops, from 1. */
  breakpoints?: readonly number[];
  /** What the source is: a script, or a Lua program. A function of a library is called by its name with `fcall`. */
  kind?: 'script' | 'lua' | 'fcall';
  /** Takes what a Lua program prints. */
  onPrint?: (text: string) => void;
}

/** Figures of memory, in bytes. */
export interface MemoryFigures {
  /** What the objects of scripts use now. */
  used: number;
  /** The most that was ever held. */
  peak: number;
  /** The most that may be held. */
  limit: number;
  /** Collections so far. */
  collections: number;
  /** Scripts in the cache. */
  scripts: number;
  /** Scripts that wait for their hosts. */
  inFlight: number;
  /** WebAssembly memory, which never shrinks. */
  wasm: number;
}

/** A command of one's own, as ioredis defines it. */
export interface CommandDefinition {
  lua: string;
  /** How many of its arguments are keys; without it, the first argument says so. */
  numberOfKeys?: number;
  readOnly?: boolean;
}

const enum State {
  done = 0,
  failed = 1,
  outOfFuel = 2,
  call = 3,
  ask = 4,
  paused = 5,
}

const enum Kind {
  source = 0,
  digest = 1,
  function = 2,
  program = 3,
}

const enum Flag {
  readOnly = 1,
  host = 2,
  resp3 = 4,
  debug = 8,
}

/** What the module calls the ways to go on, and what there is to see. */
const STEP_MODES: readonly StepMode[] = ['continue', 'into', 'over', 'out'];
const ABOUT = { stack: 0, locals: 1, upvalues: 2, varargs: 3, inputs: 4 } as const;
const SOURCE_KINDS: readonly SourceKind[] = ['script', 'library', 'lua'];

/** The commands that run scripts. */
const SCRIPT_COMMANDS: Record<string, { kind: Kind; readOnly: boolean } | undefined> = {
  __proto__: null as never,
  EVAL: { kind: Kind.source, readOnly: false },
  EVAL_RO: { kind: Kind.source, readOnly: true },
  EVALSHA: { kind: Kind.digest, readOnly: false },
  EVALSHA_RO: { kind: Kind.digest, readOnly: true },
  FCALL: { kind: Kind.function, readOnly: false },
  FCALL_RO: { kind: Kind.function, readOnly: true },
};

const LEVELS: readonly LogLevel[] = ['debug', 'verbose', 'notice', 'warning'];

/** Fuel between two looks at the clock. */
const SLICE = 1_000_000;

/** How long a run of `eval` goes on before others get their turn. */
const TURN_MS = 8;

const TIME_MS = 5_000;

const MEMORY = 256 << 20;

/** What a run is about. */
interface Job {
  kind: Kind;
  script: Bytes;
  name: string;
  keys: readonly Bytes[];
  args: readonly Bytes[];
  flags: number;
  fuel: number;
  timeMs: number;
  shape: Shape;
  signal: AbortSignal | undefined;
  onPrint: ((text: string) => void) | undefined;
  printed: string[] | undefined;
  /** Milliseconds computed so far. */
  spentMs: number;
}

/** What the module has said about a run. */
interface Told {
  state: State;
  run: number;
  reader: Reader;
}

/** What the other parts of the package see of a Redmoon. */
interface Internals {
  engine: Engine;
  now: () => number;
  /** Whether a run that has to be alone has begun and not ended. */
  isRunning: () => boolean;
  /** Takes what scripts of connections have logged. */
  takeOutput: () => void;
  /** Calls when something has been run, and when the Redmoon is disposed of. What comes back ends that. */
  onChange: (call: () => void) => () => void;
  /** A connection has run something. */
  notify: () => void;
}

/** A script that is called by its SHA-1. */
export class Script {
  readonly sha1: string;
  readonly source: string;
  readonly #redmoon: Redmoon;

  /** @internal */
  constructor(redmoon: Redmoon, source: string, sha1: string) {
    this.#redmoon = redmoon;
    this.source = source;
    this.sha1 = sha1;
  }

  run(keys: readonly Bytes[] = [], args: readonly Bytes[] = [], options: EvalOptions = {}): Promise<unknown> {
    return this.#redmoon.eval(this.source, { ...options, keys, args });
  }

  runSync(keys: readonly Bytes[] = [], args: readonly Bytes[] = [], options: EvalOptions = {}): unknown {
    return this.#redmoon.evalSync(this.source, { ...options, keys, args });
  }

  runReadOnly(keys: readonly Bytes[] = [], args: readonly Bytes[] = [], options: EvalOptions = {}): Promise<unknown> {
    return this.run(keys, args, { ...options, readOnly: true });
  }
}

/** A Lua engine and a Redis in memory. */
export class Redmoon {
  /** External tables. */
  readonly ext: ExternalTables;
  readonly #engine: Engine;
  readonly #options: CreateSyncOptions;
  readonly #now: () => number;
  /** The end of the last run in line: scripts on the keyspace are atomic, so they take turns. */
  #line: Promise<unknown> = Promise.resolve();
  /** The run that has begun and not ended, of those that take turns. */
  #isRunning = false;
  /** Commands are queued: `MULTI`. */
  #isInMulti = false;
  #printTo: ((text: string) => void) | undefined;
  /** Called when what a connection waits for may have happened. */
  #changed: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();

  private constructor(module: WasmModule, options: CreateSyncOptions, snapshot?: Uint8Array) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#engine = new Engine(module);
    this.#create(options, snapshot);
    this.ext = new ExternalTables(() => {
      if (this.#engine.use((exports) => exports.open_ext()) === 0) throw new RedmoonError('ERR not enough memory', { kind: 'memory' });
    });
    if (snapshot && options.keyspace?.maxmemory !== undefined) {
      this.call(['CONFIG', 'SET', 'maxmemory', bytesOf(options.keyspace.maxmemory, 0)]);
    }
    for (const command of options.keyspace?.commands ?? []) this.call([...command]);
  }

  /** Makes a Redmoon. */
  static async create(options: CreateOptions = {}): Promise<Redmoon> {
    const { wasm, ...rest } = options;
    return new Redmoon(await load(wasm, rest.tools), rest);
  }

  /** Makes a Redmoon without waiting. Browsers compile large modules only asynchronously: hand in a `WebAssembly.Module` there. */
  static createSync(options: CreateSyncOptions = {}): Redmoon {
    return new Redmoon(loadSync(options.wasm, options.tools), options);
  }

  /**
   * Makes a Redmoon that goes on where the one stood whose `snapshot()` this is: keyspace, scripts, functions, and what Lua programs
   * have left. Limits, host, log and the like are not part of a snapshot: they are options. The bytes may come from anywhere:
   * what is wrong with them is an error.
   */
  static async restore(snapshot: Uint8Array, options: CreateOptions = {}): Promise<Redmoon> {
    const { wasm, ...rest } = options;
    return new Redmoon(await load(wasm, rest.tools), rest, snapshot);
  }

  /** The same without waiting. */
  static restoreSync(snapshot: Uint8Array, options: CreateSyncOptions = {}): Redmoon {
    return new Redmoon(loadSync(options.wasm, options.tools), options, snapshot);
  }

  #create(options: CreateSyncOptions, snapshot: Uint8Array | undefined): void {
    const { seed } = options;
    const size = this.#engine.write((writer) => {
      writer.head(Tag.array, 10);
      writer.value(seed === undefined ? null : Math.trunc(seed));
      for (let at = 0; at < 4; at++) writer.integer(seed === undefined ? randomInteger() : Math.trunc(seed) + at);
      writer.integer(bytesOf(options.limits?.memory, MEMORY));
      const fuel = options.limits?.fuel ?? Infinity;
      writer.value(fuel === Infinity ? null : whole(fuel, 'limits.fuel'));
      this.#limits(undefined);
      writer.integer(options.resp ?? 2);
      writer.integer(1);
      writer.integer(bytesOf(options.keyspace?.maxmemory, 0));
      if (snapshot) writer.bytes(snapshot);
    });
    const made = this.#engine.use((exports) =>
      this.#engine.read(snapshot ? exports.restore(size) : exports.create(size)).value(TEXT),
    );
    if (made instanceof Error) {
      throw new RedmoonError(made.message, { kind: made.message.startsWith('ERR not enough memory') ? 'memory' : 'internal' });
    }
  }

  /**
   * Everything that is not in progress, as bytes for `Redmoon.restore`: keyspace, script cache, functions, and the globals of Lua
   * programs, coroutines that wait in them included. External tables are the page's: only their names are kept. Throws while a
   * script is in progress.
   */
  snapshot(): Uint8Array {
    return this.#engine.use((exports) => {
      const bytes = this.#engine.bytes(exports.snapshot());
      if (bytes[0] === 1) return bytes.slice(1);
      throw new RedmoonError(`ERR ${decodeText(bytes.subarray(1))}`, { kind: 'command' });
    });
  }

  // ---- scripts ---------------------------------------------------------------------------------

  /** Runs a script. Its host may take its time; long scripts let others have their turn. */
  async eval(script: Bytes, options: EvalOptions = {}): Promise<unknown> {
    return this.#later(this.#job(Kind.source, script, options));
  }

  /** Runs a script to its end, now. Its host has to answer at once. */
  evalSync(script: Bytes, options: EvalOptions = {}): unknown {
    return this.#atOnce(this.#job(Kind.source, script, options));
  }

  /** Runs the cached script with this SHA-1. */
  async evalsha(sha1: string, options: EvalOptions = {}): Promise<unknown> {
    return this.#later(this.#job(Kind.digest, sha1, options));
  }

  /** Runs the cached script with this SHA-1 to its end, now. */
  evalshaSync(sha1: string, options: EvalOptions = {}): unknown {
    return this.#atOnce(this.#job(Kind.digest, sha1, options));
  }

  /** Compiles a script and keeps it; its SHA-1. */
  scriptLoad(script: Bytes): string {
    return this.call(['SCRIPT', 'LOAD', script], { bytes: false }) as string;
  }

  /** A script to call again and again. */
  script(source: string): Script {
    return new Script(this, source, this.scriptLoad(source));
  }

  /** Loads a library of functions; its name. */
  functionLoad(code: Bytes, options: { replace?: boolean } = {}): string {
    return this.call(['FUNCTION', 'LOAD', ...(options.replace ? ['REPLACE'] : []), code], { bytes: false }) as string;
  }

  /** Calls a function of a library. */
  async fcall(name: string, options: EvalOptions = {}): Promise<unknown> {
    return this.#later(this.#job(Kind.function, name, options));
  }

  /** Calls a function of a library, now. */
  fcallSync(name: string, options: EvalOptions = {}): unknown {
    return this.#atOnce(this.#job(Kind.function, name, options));
  }

  /**
   * Gives this Redmoon a method that runs a script, as ioredis's `defineCommand`: `rm.name(...keys, ...args)`. The function is
   * also returned, for TypeScript.
   */
  defineCommand(name: string, definition: CommandDefinition): (...args: Bytes[]) => Promise<unknown> {
    if (name in this && !definedOn.get(this)?.has(name)) throw new TypeError(`there is a method ${name} already`);
    const { lua, numberOfKeys, readOnly = false } = definition;
    const command = async (...given: Bytes[]): Promise<unknown> => {
      const values = given.flat() as Bytes[];
      const count = numberOfKeys ?? Number(values.shift());
      if (!Number.isInteger(count) || count < 0 || count > values.length) {
        throw new RedmoonError("ERR Number of keys can't be greater than number of args", { kind: 'command' });
      }
      return this.eval(lua, { keys: values.slice(0, count), args: values.slice(count), readOnly });
    };
    Object.defineProperty(this, name, { value: command, configurable: true });
    definedOn.set(this, (definedOn.get(this) ?? new Set()).add(name));
    return command;
  }

  /** Runs a Lua program. Its globals last; `redis`, `cjson` and kin are there, and nothing of the outside. */
  async lua(source: Bytes, options: LuaOptions = {}): Promise<LuaResult> {
    const job = this.#program(source, options);
    const values = (await this.#later(job)) as unknown[];
    return { values, output: (job.printed ?? []).join('') };
  }

  /** Runs a Lua program to its end, now. */
  luaSync(source: Bytes, options: LuaOptions = {}): LuaResult {
    const job = this.#program(source, options);
    const values = this.#atOnce(job) as unknown[];
    return { values, output: (job.printed ?? []).join('') };
  }

  // ---- tools -----------------------------------------------------------------------------------

  /** What is wrong with a source: the error that keeps it from compiling, or the uses of globals that Redis does not have. */
  check(source: Bytes, kind: SourceKind = 'script'): Problem[] {
    const size = this.#writeSource(source, kind);
    const reader = this.#engine.use((exports) => this.#engine.read(exports.check(size)));
    return list(reader, () => ({
      severity: reader.integer() === 0 ? 'error' : 'warning',
      line: reader.integer(),
      column: reader.integer(),
      offset: reader.integer(),
      length: reader.integer(),
      message: reader.string(),
    }));
  }

  /** The bytecode of a source, function by function; nothing when it does not compile. */
  listing(source: Bytes, kind: SourceKind = 'script'): FunctionListing[] {
    const size = this.#writeSource(source, kind);
    const reader = this.#engine.use((exports) => this.#engine.read(exports.listing(size)));
    if (reader.isNil()) return [];
    return list(reader, () => ({
      name: reader.string(),
      firstLine: reader.integer(),
      lastLine: reader.integer(),
      instructions: list(reader, () => ({
        pc: reader.integer(),
        line: reader.integer(),
        op: reader.string(),
        args: reader.string(),
        comment: reader.string(),
      })),
    }));
  }

  /** The lines of a source at which a run can stop. */
  codeLines(source: Bytes, kind: SourceKind = 'script'): number[] {
    const size = this.#writeSource(source, kind);
    const reader = this.#engine.use((exports) => this.#engine.read(exports.code_lines(size)));
    const lines: number[] = [];
    for (let left = reader.array(); left > 0; left--) lines.push(reader.integer());
    return lines;
  }

  #writeSource(source: Bytes, kind: SourceKind): number {
    this.#needTools();
    return this.#engine.write((writer) => {
      writer.argument(source);
      writer.integer(SOURCE_KINDS.indexOf(kind));
    });
  }

  /** Whether this Redmoon can `debug`, `check` and list bytecode. */
  get hasTools(): boolean {
    return this.#engine.use((exports) => typeof exports.check === 'function');
  }

  #needTools(): void {
    if (!this.hasTools) throw new TypeError('redmoon.wasm has no tools: Redmoon.create({ tools: true }), or redmoon-tools.wasm as `wasm`');
  }

  /** Steps through a script, a function or a Lua program. Its host has to answer at once. */
  debug(source: Bytes, options: DebugOptions = {}): DebugSession {
    this.#needTools();
    if (this.#isRunning && !this.#options.host) throw busy();
    const { kind = 'script', breakpoints = [] } = options;
    const { onPrint, signal, limits, bytes } = options;
    const job =
      kind === 'lua'
        ? this.#program(source, { ...(onPrint && { onPrint }), ...(signal && { signal }), ...(limits && { limits }), ...(bytes && { bytes }) })
        : this.#job(kind === 'fcall' ? Kind.function : Kind.source, source, options);
    job.flags |= Flag.debug;
    // Nothing is run yet: the first step comes to the first line.
    let told: Told | undefined;
    let lines = breakpoints;
    const isAtomic = (job.flags & Flag.host) === 0;
    const end = () => {
      if (isAtomic) this.#isRunning = false;
      this.#changed?.();
    };
    const setBreakpoints = (run: number) => {
      const size = this.#engine.write((writer) => writer.value(lines));
      this.#engine.use((exports) => exports.set_breakpoints(run, size));
    };
    const step = (mode: StepMode): DebugState => {
      try {
        if (told === undefined) {
          if (isAtomic && this.#isRunning) throw busy();
          this.#isRunning ||= isAtomic;
          told = this.#until(job, this.#start(job));
          if (told.state === State.paused) {
            const first = pausedAt(told);
            setBreakpoints(told.run);
            // Its first line is where every way begins but the one that goes to a breakpoint.
            if (mode !== 'continue') return first;
            return lines.includes(first.line) ? { ...first, reason: 'breakpoint' } : step('continue');
          }
        } else {
          const { run } = told;
          this.#engine.use((exports) => exports.set_step_mode(run, STEP_MODES.indexOf(mode)));
          told = this.#until(job, this.#resume(job, run));
        }
        if (told.state === State.paused) return pausedAt(told);
        const value = this.#result(job, told);
        end();
        return { state: 'done', value };
      } catch (error) {
        end();
        throw error;
      }
    };
    const inspect = (about: number, level: number): Reader =>
      this.#engine.use((exports) => this.#engine.read(exports.inspect(told?.run ?? 0, about, level)));
    return new DebugSession({
      step,
      setBreakpoints: (given) => {
        lines = given;
        if (told) setBreakpoints(told.run);
      },
      stack: () => {
        const reader = inspect(ABOUT.stack, 0);
        return list(
          reader,
          (): StackLevel => ({
            level: reader.integer(),
            name: reader.string(),
            what: reader.string(),
            chunk: reader.string(),
            line: reader.integer(),
            firstLine: reader.integer(),
            coroutine: reader.integer(),
          }),
        );
      },
      variables: (about, level) => variables(inspect(ABOUT[about], level)),
      children: (handle, from) => {
        const size = this.#engine.write((writer) => {
          writer.integer(handle);
          writer.integer(from);
        });
        const reader = this.#engine.use((exports) => this.#engine.read(exports.children(told?.run ?? 0, size)));
        if (reader.isNil()) return null;
        reader.array();
        const items = variables(reader);
        return { items, next: reader.value(TEXT) as number | null };
      },
      call: (command, shape) => {
        const size = this.#engine.write((writer) => writer.arguments(command));
        const reply = this.#engine.use((exports) => this.#engine.read(exports.command(size, this.#now())).value(this.#shape(shape)));
        if (reply instanceof RedmoonError) throw reply;
        return reply;
      },
      stop: () => {
        if (told) this.#cancel(told.run);
        end();
      },
    });
  }

  // ---- commands --------------------------------------------------------------------------------

  /** Runs a command on the keyspace: `rm.call('SET', 'k', 'v')`, or `rm.call(['GET', 'k'], { bytes: true })`. */
  call(command: readonly Bytes[], options?: Omit<ReplyOptions, 'resp'>): unknown;
  call(...command: Bytes[]): unknown;
  call(first: Bytes | readonly Bytes[], ...rest: unknown[]): unknown {
    const command = Array.isArray(first) ? (first as readonly Bytes[]) : [first as Bytes, ...(rest as Bytes[])];
    const options = Array.isArray(first) ? (rest[0] as ReplyOptions | undefined) : undefined;
    if (this.#isRunning) throw busy();
    const job = this.#isInMulti ? undefined : this.#scriptOf(command, options);
    if (job) return this.#atOnce(job);
    const size = this.#engine.write((writer) => writer.arguments(command));
    const reply = this.#engine.use((exports) => this.#engine.read(exports.command(size, this.#now())).value(this.#shape(options)));
    const name = String(command[0]).toUpperCase();
    if (name === 'MULTI') this.#isInMulti = !(reply instanceof RedmoonError) || this.#isInMulti;
    else if (name === 'EXEC' || name === 'DISCARD' || name === 'RESET') this.#isInMulti = false;
    this.#takeOutput(undefined);
    this.#changed?.();
    if (reply instanceof RedmoonError) throw reply;
    return reply;
  }

  /** The script that a command such as `EVAL` runs: it goes the way of all scripts, on which limits are looked at. */
  #scriptOf(command: readonly Bytes[], options: ReplyOptions | undefined): Job | undefined {
    const [name, script, count] = command;
    const known = typeof name === 'string' ? SCRIPT_COMMANDS[name.toUpperCase()] : undefined;
    if (!known || script === undefined || !/^\d{1,9}$/.test(String(count)) || Number(count) > command.length - 3) return undefined;
    const end = 3 + Number(count);
    const { resp: _, ...shape } = options ?? {};
    const job = this.#job(known.kind, script, { ...shape, keys: command.slice(3, end), args: command.slice(end), readOnly: known.readOnly });
    // Commands are for the keyspace, and so are theirs.
    job.flags &= ~Flag.host;
    return job;
  }

  /**
   * A client's connection without a socket: what is sent are the bytes of Redis's protocol, and so is what comes. For a message
   * port, a WebSocket, a test. `redmoon/server` has one as a stream, and one for a port.
   */
  connection(onData: (bytes: Uint8Array) => void, events: Omit<ConnectionEvents, 'data'> = {}): Connection {
    return new Connection(Hub.of(this), { ...events, data: onData });
  }

  // ---- upkeep ----------------------------------------------------------------------------------

  /** Fuel that the last run, or the one that was stepped last, has used. */
  get fuelUsed(): number {
    return this.#engine.use((exports) => exports.fuel_used());
  }

  /** What memory is used for. */
  memory(): MemoryFigures {
    return this.#engine.use((exports) => {
      const reader = this.#engine.read(exports.stats());
      reader.array();
      const next = () => reader.integer();
      return {
        used: next(),
        peak: next(),
        limit: next(),
        collections: next(),
        scripts: next(),
        inFlight: next(),
        wasm: this.#engine.memorySize,
      };
    });
  }

  /** Collects all garbage. */
  collectGarbage(): void {
    this.#engine.use((exports) => exports.collect());
  }

  /** Lets go of everything; what is called afterwards fails. */
  dispose(): void {
    this.#engine.close();
    this.#changed?.();
  }

  /** @internal The module, for the parts of this package that need more of it. */
  get internals(): Internals {
    return {
      engine: this.#engine,
      now: this.#now,
      isRunning: () => this.#isRunning,
      takeOutput: () => this.#takeOutput(undefined),
      onChange: (call) => {
        this.#listeners.add(call);
        this.#changed = () => {
          for (const listener of this.#listeners) listener();
        };
        return () => this.#listeners.delete(call);
      },
      notify: () => this.#changed?.(),
    };
  }

  // ---- runs ------------------------------------------------------------------------------------

  #shape(options: ReplyOptions | undefined): Shape {
    const { bytes, integers } = { ...this.#options, ...options };
    return { bytes: bytes ?? false, integers: integers ?? 'auto', objects: false };
  }

  #job(kind: Kind, script: Bytes, options: EvalOptions): Job {
    const resp = options.resp ?? this.#options.resp ?? 2;
    const flags =
      (options.readOnly ? Flag.readOnly : 0) | (this.#options.host ? Flag.host : 0) | (resp === 3 ? Flag.resp3 : 0);
    return {
      kind,
      script,
      name: '',
      keys: options.keys ?? [],
      args: options.args ?? options.arguments ?? [],
      flags,
      ...this.#limits(options.limits),
      shape: this.#shape(options),
      signal: options.signal,
      onPrint: undefined,
      printed: undefined,
      spentMs: 0,
    };
  }

  #program(source: Bytes, options: LuaOptions): Job {
    const printed: string[] = [];
    return {
      kind: Kind.program,
      script: source,
      name: `=${options.name ?? 'lua'}`,
      keys: [],
      args: [],
      flags: this.#options.host ? Flag.host : 0,
      ...this.#limits(options.limits),
      shape: { ...LUA, bytes: options.bytes ?? false },
      signal: options.signal,
      onPrint: options.onPrint,
      printed,
      spentMs: 0,
    };
  }

  #limits(limits: Limits | undefined): { fuel: number; timeMs: number } {
    const fuel = limits?.fuel ?? this.#options.limits?.fuel ?? Infinity;
    const timeMs = limits?.timeMs ?? this.#options.limits?.timeMs ?? TIME_MS;
    // 0 says none to the module; who gives 0 here wants nothing to run.
    return { fuel: fuel === Infinity ? 0 : Math.max(1, whole(fuel, 'limits.fuel')), timeMs: timeMs === Infinity ? timeMs : whole(timeMs, 'limits.timeMs') };
  }

  #start(job: Job): Told {
    const size = this.#engine.write((writer) => {
      writer.integer(job.kind);
      writer.argument(job.script);
      writer.text(job.name);
      writer.integer(job.flags);
      writer.integer(job.fuel);
      writer.arguments(job.keys);
      writer.arguments(job.args);
    });
    return this.#step(job, (exports) => exports.start(size, SLICE, this.#now()));
  }

  /** Lets the module work on a run, and sees to what it has printed. */
  #step(job: Job, work: (exports: Exports) => number): Told {
    const began = performance.now();
    const size = this.#engine.use(work);
    job.spentMs += performance.now() - began;
    let reader = this.#engine.read(size);
    const state = reader.u8() as State;
    const hasOutput = (reader.u8() & 1) !== 0;
    reader.at += 2;
    const run = reader.u32();
    if (hasOutput) {
      // Taking it uses the buffer, and so may whoever gets it.
      const kept = viewOf(this.#engine.bytes(size).slice());
      const { at } = reader;
      this.#takeOutput(job);
      reader = new Reader(kept, at);
    }
    return { state, run, reader };
  }

  /** Takes what was printed and logged. */
  #takeOutput(job: Job | undefined): void {
    if (!job?.printed && !this.#options.log && !job?.onPrint) {
      this.#engine.use((exports) => exports.output());
      return;
    }
    const reader = this.#engine.use((exports) => new Reader(viewOf(this.#engine.bytes(exports.output()).slice())));
    for (let left = reader.array(); left > 0; left--) {
      reader.array();
      const level = reader.integer();
      const text = decodeText(reader.bytes());
      if (level >= 0) {
        this.#options.log?.(LEVELS[level] ?? 'notice', text);
      } else {
        job?.printed?.push(text);
        job?.onPrint?.(text);
      }
    }
  }

  #resume(job: Job, run: number): Told {
    return this.#step(job, (exports) => exports.resume(run, SLICE, this.#now()));
  }

  #answer(job: Job, run: number, value: unknown, isReply: boolean): Told {
    let size: number;
    try {
      size = this.#engine.write((writer) => writer.value(value, isReply));
    } catch (error) {
      // A value that no script can get, or what its own methods threw.
      const text = isReply ? errorText(asError(error)) : asError(error).message;
      size = this.#engine.write((writer) => writer.text(text, Tag.error));
    }
    return this.#step(job, (exports) => exports.answer(run, size, SLICE, this.#now()));
  }

  /** The answer to a question about an external table. */
  #askExt(job: Job, told: Told): Told {
    let answer: unknown;
    try {
      answer = this.ext.answer(told.reader);
    } catch (error) {
      const text = asError(error).message;
      const size = this.#engine.write((writer) => writer.text(text, Tag.error));
      return this.#step(job, (exports) => exports.answer(told.run, size, SLICE, this.#now()));
    }
    return this.#answer(job, told.run, answer, false);
  }

  /** What a run has come to, when it has ended. */
  #result(job: Job, told: Told): unknown {
    if (told.state === State.failed) throw this.#failure(job, told.reader);
    const value = told.reader.value(job.shape);
    if (value instanceof RedmoonError) throw new RedmoonError(value.message, { kind: 'script' });
    return value;
  }

  #failure(job: Job, reader: Reader): RedmoonError {
    reader.array();
    const kind = reader.string() as RedmoonError['kind'];
    const message = reader.string();
    const chunk = reader.value(TEXT) as string | null;
    const line = reader.value(TEXT) as number | null;
    const traceback = reader.string();
    const isOfScript = chunk !== null && (chunk === '@user_script' || chunk === job.name);
    const script = isOfScript && typeof job.script === 'string' && job.kind !== Kind.digest ? job.script : undefined;
    return new RedmoonError(message, {
      kind,
      line: line ?? undefined,
      chunk: chunk ?? undefined,
      traceback,
      script,
    });
  }

  /** Ends a run that has had enough. */
  #end(job: Job, run: number): void {
    if (job.signal?.aborted) {
      this.#cancel(run);
      throw job.signal.reason;
    }
    if (job.spentMs <= job.timeMs) return;
    const place = this.#engine.use((exports) => this.#engine.read(exports.place(run)).value(TEXT)) as [string, number] | null;
    this.#cancel(run);
    const [chunk, line] = place ?? [];
    throw new RedmoonError(`ERR the script ran for more than ${job.timeMs} ms`, {
      kind: 'time',
      chunk,
      line,
      script: typeof job.script === 'string' && job.kind !== Kind.digest ? job.script : undefined,
    });
  }

  #cancel(run: number): void {
    if (this.#engine.isOpen) this.#engine.use((exports) => exports.cancel(run));
  }

  /** The command that a run calls. */
  #command(reader: Reader): { args: (string | Uint8Array)[]; call: HostCall } {
    reader.array();
    const args: (string | Uint8Array)[] = [];
    for (let left = reader.array(); left > 0; left--) {
      reader.u8();
      args.push(textOf(reader.slice()));
    }
    const isWrite = reader.integer() !== 0;
    const resp = reader.integer() as 2 | 3;
    return { args, call: { isWrite, resp } };
  }

  #host(reader: Reader): unknown {
    const { args, call } = this.#command(reader);
    try {
      return this.#options.host?.(args, call);
    } catch (error) {
      return asError(error);
    }
  }

  #atOnce(job: Job): unknown {
    job.signal?.throwIfAborted();
    if (job.flags & Flag.host) return this.#result(job, this.#until(job, this.#start(job)));
    if (this.#isRunning) throw busy();
    // What external tables do meanwhile must not come between.
    this.#isRunning = true;
    try {
      return this.#result(job, this.#until(job, this.#start(job)));
    } finally {
      this.#isRunning = false;
      this.#changed?.();
    }
  }

  /** Goes on until a run is done, has failed, or pauses; it is dropped when it has to be ended. */
  #until(job: Job, begun: Told): Told {
    let told = begun;
    try {
      for (;;) {
        switch (told.state) {
          case State.outOfFuel:
            this.#end(job, told.run);
            told = this.#resume(job, told.run);
            break;
          case State.ask:
            told = this.#askExt(job, told);
            break;
          case State.call: {
            const { run } = told;
            const reply = this.#host(told.reader);
            if (isThenable(reply)) {
              // Whatever it comes to, nobody is there to take it.
              reply.then(undefined, () => {});
              throw new RedmoonError('ERR the host returned a promise: use eval instead of evalSync', { kind: 'command' });
            }
            told = this.#answer(job, run, reply, true);
            break;
          }
          default:
            return told;
        }
      }
    } catch (error) {
      this.#cancel(told.run);
      throw error;
    }
  }

  async #later(job: Job): Promise<unknown> {
    job.signal?.throwIfAborted();
    if (job.flags & Flag.host) return this.#drive(job).finally(() => this.#changed?.());
    // On the keyspace scripts are atomic: each waits for the end of the one before.
    const before = this.#line;
    const mine = (async () => {
      await before;
      job.signal?.throwIfAborted();
      while (this.#engine.use((exports) => exports.is_running()) !== 0) await nextTurn();
      this.#isRunning = true;
      try {
        return await this.#drive(job);
      } finally {
        this.#isRunning = false;
        this.#changed?.();
      }
    })();
    this.#line = mine.catch(() => {});
    return mine;
  }

  async #drive(job: Job): Promise<unknown> {
    let told = this.#start(job);
    let turnEnds = performance.now() + TURN_MS;
    try {
      for (;;) {
        switch (told.state) {
          case State.outOfFuel:
            this.#end(job, told.run);
            if (performance.now() > turnEnds) {
              await nextTurn();
              this.#end(job, told.run);
              turnEnds = performance.now() + TURN_MS;
            }
            told = this.#resume(job, told.run);
            break;
          case State.ask:
            told = this.#askExt(job, told);
            break;
          case State.call: {
            const { run } = told;
            let reply = this.#host(told.reader);
            if (isThenable(reply)) {
              reply = await settled(reply, job.signal);
              this.#end(job, run);
              turnEnds = performance.now() + TURN_MS;
            }
            told = this.#answer(job, run, reply, true);
            break;
          }
          default:
            return this.#result(job, told);
        }
      }
    } catch (error) {
      this.#cancel(told.run);
      throw error;
    }
  }
}

// ---- disposal ------------------------------------------------------------------------------------

export interface Redmoon {
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

if (Symbol.dispose) {
  Object.defineProperty(Redmoon.prototype, Symbol.dispose, {
    value(this: Redmoon) {
      this.dispose();
    },
  });
}
if (Symbol.asyncDispose) {
  Object.defineProperty(Redmoon.prototype, Symbol.asyncDispose, {
    value(this: Redmoon) {
      this.dispose();
      return Promise.resolve();
    },
  });
}

/** The methods that were defined with `defineCommand`. */
const definedOn = new WeakMap<Redmoon, Set<string>>();

// ---- small things --------------------------------------------------------------------------------

/** Where a run pauses. */
function pausedAt({ reader }: Told): { state: 'paused'; reason: 'step' | 'breakpoint'; line: number } {
  reader.array();
  const reason = reader.integer() === 0 ? 'step' : 'breakpoint';
  return { state: 'paused', reason, line: reader.integer() };
}

/** The items of an array whose items are arrays. */
function list<T>(reader: Reader, read: () => T): T[] {
  const items: T[] = [];
  for (let left = reader.array(); left > 0; left--) {
    reader.array();
    items.push(read());
  }
  return items;
}

function variables(reader: Reader): Variable[] {
  return list(reader, () => {
    const [name, value, type] = [reader.string(), reader.string(), reader.string()];
    const handle = reader.value({ ...TEXT, integers: 'auto' }) as bigint | number | null;
    return handle === null ? { name, value, type } : { name, value, type, handle };
  });
}

function busy(): RedmoonError {
  return new RedmoonError('BUSY Redis is busy running a script: await it first', { kind: 'command' });
}

/** What a promise comes to; of one that rejects, the error. An abort ends the wait. */
async function settled(promise: PromiseLike<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  const result = Promise.resolve(promise).catch(asError);
  if (!signal) return result;
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = onAbort(signal, () => resolve(undefined));
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    stop();
  }
}

/** Those who wait for a signal: it gets one listener, however many scripts it is given to. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls when a signal is aborted, or has been; the function that is returned takes that back. */
function onAbort(signal: AbortSignal, call: () => void): () => void {
  if (signal.aborted) call();
  let calls = waiting.get(signal);
  if (!calls) {
    const all = new Set<() => void>();
    signal.addEventListener('abort', () => all.forEach((each) => each()), { once: true });
    waiting.set(signal, (calls = all));
  }
  calls.add(call);
  return () => calls.delete(call);
}

function randomInteger(): number {
  return Math.floor(Math.random() * 2 ** 53);
}

function whole(value: number, what: string): number {
  if (!Number.isFinite(value) || value < 0) throw new TypeError(`${what}: a number of at least 0 is expected, not ${value}`);
  return Math.trunc(value);
}

/** The bytes that a size stands for. */
function bytesOf(size: Size | undefined, otherwise: number): number {
  if (size === undefined) return otherwise;
  // What a 32-bit module can address.
  if (size === Infinity) return 2 ** 32 - 1;
  if (typeof size === 'number') return whole(size, 'a size in bytes');
  const match = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?$/i.exec(size.trim());
  if (!match) throw new TypeError(`'${size}' is no size: 1048576, '512kb', '64mb' and '1gb' are`);
  const unit = { b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 }[(match[2] ?? 'b').toLowerCase() as 'b'];
  return Math.trunc(Number(match[1]) * unit);
}

/** Text of bytes that are UTF-8, else the bytes. */
function textOf(bytes: Uint8Array): string | Uint8Array {
  const text = decodeText(bytes);
  return text.includes('\ufffd') ? exact(bytes, text) : text;
}

function exact(bytes: Uint8Array, text: string): string | Uint8Array {
  // The replacement character may have been there.
  const back = new TextEncoder().encode(text);
  const isSame = back.length === bytes.length && back.every((byte, at) => byte === bytes[at]);
  return isSame ? text : bytes.slice();
}
