// The worker: a Redmoon, and what the page asks of it.

import { Redmoon, RedmoonError, type MemoryFigures } from 'redmoon';
import { commandsFor, diff, dump, keysOf, readKey, type Dump, type Entry } from '../keyspace.js';
import { toCli, toJson, toLua } from '../reply.js';
import { check, featuresOf, listing, peek, startDebug, type DebugSession, type StepResult } from './debug.js';
import type { DebugState, Failure, FromWorker, Inspected, Ready, RequestMessage, RequestName, Requests, RunRequest, RunResult, Usage } from './protocol.js';

declare const self: {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<RequestMessage>) => void) | null;
};

const SHAPE = { bytes: true, integers: 'bigint' } as const;

/** How much is printed in one run; what comes after it is counted. */
const OUTPUT_MAX = { lines: 5_000, size: 512 << 10 } as const;

/** Most keys that are carried into a new instance. */
const CARRIED_MAX = 200_000;

let module: WebAssembly.Module;
let redmoon: Redmoon;
let memoryMb: number;
/** Compiles what is being written, apart from what runs. */
let checker: Redmoon | undefined;
let aborter: AbortController | undefined;

class Stopped extends Error {}

// ---- output --------------------------------------------------------------------------------------

const output = {
  lines: [] as { kind: string; text: string }[],
  count: 0,
  size: 0,
  dropped: 0,
  sentAt: 0,
  begin(): void {
    this.count = this.size = this.dropped = 0;
    this.sentAt = performance.now();
  },
  add(kind: string, text: string): void {
    if (this.count >= OUTPUT_MAX.lines || this.size >= OUTPUT_MAX.size) {
      this.dropped++;
    } else {
      this.count++;
      const line = text.length > OUTPUT_MAX.size ? `${text.slice(0, OUTPUT_MAX.size)}…` : text;
      this.size += line.length;
      this.lines.push({ kind, text: line });
    }
    if (performance.now() - this.sentAt > 100) this.send();
  },
  send(): void {
    if (this.lines.length > 0 || this.dropped > 0) self.postMessage({ output: this.lines, dropped: this.dropped });
    this.lines = [];
    this.dropped = 0;
    this.sentAt = performance.now();
  },
};

// ---- the instance --------------------------------------------------------------------------------

function create(megabytes: number): Promise<Redmoon> {
  return Redmoon.create({
    wasm: module,
    limits: { memory: megabytes * 1024 ** 2 },
    keyspace: { maxmemory: 128 * 1024 ** 2 },
    log: (level, message) => output.add(level, message),
  });
}

/** A new instance with the same keyspace and functions. */
async function renew(megabytes: number): Promise<void> {
  const next = await create(megabytes);
  const functions = redmoon.call(['FUNCTION', 'DUMP'], { bytes: true }) as Uint8Array;
  next.call(['FUNCTION', 'RESTORE', functions, 'FLUSH']);
  for (const key of keysOf(redmoon, CARRIED_MAX)) carry(next, key);
  redmoon.dispose();
  redmoon = next;
  memoryMb = megabytes;
}

function carry(next: Redmoon, key: Uint8Array): void {
  if (redmoon.call('TYPE', key) === 'stream') {
    // Streams have no dumps.
    const entry = readKey(redmoon, key, { rows: CARRIED_MAX, stringBytes: Infinity });
    if (entry) restore(next, [entry]);
    return;
  }
  const expiresAt = redmoon.call('PEXPIRETIME', key) as number;
  const bytes = redmoon.call(['DUMP', key], { bytes: true }) as Uint8Array | null;
  if (bytes) next.call('RESTORE', key, Math.max(0, expiresAt), bytes, 'ABSTTL');
}

/** Makes keys; those that cannot be made are left out. */
function restore(target: Redmoon, entries: readonly Entry[]): void {
  for (const command of commandsFor(entries)) {
    try {
      target.call(command);
    } catch (error) {
      output.add('warning', `${String(command[0])}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function fit(request: RunRequest): Promise<void> {
  // A program's globals last; here each begins with none.
  if (request.mode === 'lua' || request.limits.memoryMb !== memoryMb) await renew(request.limits.memoryMb);
}

// ---- runs ----------------------------------------------------------------------------------------

function limitsOf({ limits }: RunRequest): { fuel: number; timeMs: number } {
  return { fuel: limits.fuel || Infinity, timeMs: limits.timeMs || Infinity };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Stopped) return { message: 'Stopped.', kind: 'stopped' };
  if (!(error instanceof RedmoonError)) return { message: error instanceof Error ? error.message : String(error), kind: 'internal' };
  const failure: Failure = { message: error.message, kind: error.kind };
  const line = error.line ?? lineIn(error.message);
  if (line !== undefined) failure.line = line;
  if (error.traceback) failure.traceback = error.traceback;
  return failure;
}

/** Errors of commands tell their line in their text only. */
function lineIn(message: string): number | undefined {
  const found = /\buser_(?:script|function):(\d+):/.exec(message);
  return found ? Number(found[1]) : undefined;
}

/** What a run has used so far, which began with these figures of memory. */
function usageOf(ms: number, began: MemoryFigures): Usage {
  const { used, peak, limit } = redmoon.memory();
  // The most that the run has held is known when nothing before it has held more.
  return { fuel: redmoon.fuelUsed, ms, memory: { used: peak > began.peak ? peak : Math.max(used, began.used), peak, limit } };
}

/** The functions of a library, in the order of their registration or of their names. */
function functionsOf(library: string): string[] {
  const [found] = redmoon.call('FUNCTION', 'LIST', 'LIBRARYNAME', library) as [unknown[]];
  const functions = found?.[found.indexOf('functions') + 1] as unknown[][];
  return functions.map((one) => String(one[one.indexOf('name') + 1]));
}

interface Prepared {
  functions?: string[];
  called?: string;
}

/** Loads the library, and chooses the function to call. */
function prepare(request: RunRequest): Prepared {
  if (request.mode !== 'library') return {};
  const functions = functionsOf(redmoon.functionLoad(request.source, { replace: true }));
  // The first one that the source names.
  const first = functions.map((name) => ({ name, at: request.source.indexOf(name) })).sort((one, other) => one.at - other.at)[0];
  return { functions, called: request.fn || first?.name || '' };
}

async function run(request: RunRequest): Promise<RunResult> {
  await fit(request);
  const before = dump(redmoon);
  output.begin();
  aborter = new AbortController();
  const memory = redmoon.memory();
  const began = performance.now();
  let prepared: Prepared = {};
  let shown: { cli: string; json: string };
  let failure: Failure | undefined;
  try {
    prepared = prepare(request);
    shown = await answer(request, prepared, aborter.signal);
  } catch (error) {
    failure = failureOf(error);
    shown = shownFailure(failure, request);
  }
  const usage = usageOf(performance.now() - began, memory);
  aborter = undefined;
  return finish({ ...shown, ...prepared, ...(failure && { failure }), usage }, before);
}

async function answer(request: RunRequest, { called = '' }: Prepared, signal: AbortSignal): Promise<{ cli: string; json: string }> {
  const { mode, source, keys, args, resp } = request;
  const limits = limitsOf(request);
  if (mode === 'lua') {
    const lines = new Lines();
    const { values } = await redmoon.lua(source, { limits, signal, onPrint: (text) => lines.add(text) }).finally(() => lines.end());
    return shownValues(values);
  }
  const options = { keys, args, limits, signal, resp, ...SHAPE };
  return shownReply(mode === 'library' ? await redmoon.fcall(called, options) : await redmoon.eval(source, options));
}

function shownReply(reply: unknown): { cli: string; json: string } {
  return { cli: toCli(reply), json: toJson(reply) };
}

function shownValues(values: readonly unknown[]): { cli: string; json: string } {
  return { cli: toLua(values), json: toJson(values.length === 1 ? values[0] : values) };
}

function shownFailure(failure: Failure, { mode }: RunRequest): { cli: string; json: string } {
  const cli = failure.kind === 'stopped' || mode === 'lua' ? failure.message : `(error) ${failure.message}`;
  return { cli, json: `{"error": ${JSON.stringify(failure.message)}}` };
}

function finish(result: Omit<RunResult, 'dump' | 'changes'>, before: Dump): RunResult {
  output.send();
  const after = dump(redmoon);
  return { ...result, dump: after, changes: diff(before, after) };
}

/** Makes lines of the pieces that a program prints. */
class Lines {
  #rest = '';

  add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) output.add('print', line);
  }

  end(): void {
    if (this.#rest !== '') output.add('print', this.#rest);
  }
}

// ---- stepping ------------------------------------------------------------------------------------

interface Debugging {
  session: DebugSession;
  request: RunRequest;
  prepared: Prepared;
  before: Dump;
  lines: Lines;
  memory: MemoryFigures;
  ms: number;
}

let debugging: Debugging | undefined;

/** Goes on in the session until it pauses or ends. */
function goOn(work: () => StepResult): DebugState {
  const { request, prepared, before } = debugging as Debugging;
  const began = performance.now();
  let shown: { cli: string; json: string };
  let failure: Failure | undefined;
  try {
    const result = work();
    (debugging as Debugging).ms += performance.now() - began;
    output.send();
    if (result.state === 'paused') return paused(result);
    shown = request.mode === 'lua' ? shownValues(Array.isArray(result.value) ? result.value : [result.value]) : shownReply(result.value);
  } catch (error) {
    failure = failureOf(error);
    shown = shownFailure(failure, request);
  }
  (debugging as Debugging).lines.end();
  const usage = usageOf((debugging as Debugging).ms, (debugging as Debugging).memory);
  debugging = undefined;
  return { state: 'done', result: finish({ ...shown, ...prepared, ...(failure && { failure }), usage }, before) };
}

function paused({ reason, line }: { reason: string; line: number }): DebugState {
  const { session, before, memory, ms } = debugging as Debugging;
  const usage = usageOf(ms, memory);
  // The keyspace first: reading it puts the run aside, and what is inside values can be asked for only until then.
  const after = dump(peek(session));
  return { state: 'paused', reason, line, stack: session.stack(), ...inspect(0), usage, dump: after, changes: diff(before, after) };
}

/** The variables of a level. */
function inspect(level: number): Inspected {
  const { session, request } = debugging as Debugging;
  return {
    locals: session.locals(level),
    varargs: session.varargs?.(level) ?? [],
    upvalues: session.upvalues(level),
    inputs: request.mode === 'script' ? (session.inputs?.() ?? []) : [],
  };
}

async function debugStart(request: Requests['debugStart'][0]): Promise<DebugState> {
  debugging?.session.stop();
  debugging = undefined;
  await fit(request);
  const before = dump(redmoon);
  const memory = redmoon.memory();
  output.begin();
  let prepared: Prepared = {};
  try {
    prepared = prepare(request);
    const { mode, source, keys, args, resp, breakpoints } = request;
    const isLibrary = mode === 'library';
    const lines = new Lines();
    const session = startDebug(redmoon, isLibrary ? (prepared.called ?? '') : source, {
      keys,
      args,
      breakpoints,
      kind: isLibrary ? 'fcall' : mode,
      limits: limitsOf(request),
      onPrint: (text) => lines.add(text),
      resp,
      ...(mode === 'lua' ? {} : SHAPE),
    });
    debugging = { session, request, prepared, before, lines, memory, ms: 0 };
  } catch (error) {
    const failure = failureOf(error);
    return { state: 'done', result: finish({ ...shownFailure(failure, request), ...prepared, failure, usage: usageOf(0, memory) }, before) };
  }
  return goOn(() => (debugging as Debugging).session.step(request.first));
}

// ---- requests ------------------------------------------------------------------------------------

type Handlers = { [Name in RequestName]: (body: Requests[Name][0]) => Requests[Name][1] | Promise<Requests[Name][1]> };

const handlers: Handlers = {
  async init(body): Promise<Ready> {
    ({ module, memoryMb } = body);
    redmoon = await create(memoryMb);
    restore(redmoon, body.entries);
    const commands = (redmoon.call('COMMAND') as [string, number, string[]][]).map(([name, arity, flags]) => ({ name, arity, flags }));
    return { features: featuresOf(redmoon), commands, dump: dump(redmoon) };
  },
  run,
  command({ argv }) {
    output.begin();
    let cli: string;
    let failed = false;
    try {
      cli = toCli(redmoon.call(argv, SHAPE));
    } catch (error) {
      failed = true;
      cli = `(error) ${failureOf(error).message}`;
    }
    output.send();
    return { cli, failed, dump: dump(redmoon) };
  },
  dump: () => dump(redmoon),
  load({ entries, commands }) {
    output.begin();
    redmoon.call('FLUSHALL');
    redmoon.call('FUNCTION', 'FLUSH');
    if (entries) restore(redmoon, entries);
    for (const command of commands ?? []) redmoon.call(command);
    output.send();
    return dump(redmoon);
  },
  async check({ source, mode }) {
    checker ??= await create(64);
    return check(checker, source, mode);
  },
  async listing({ source, mode }) {
    checker ??= await create(64);
    return listing(checker, source, mode);
  },
  debugStart,
  debugStep: ({ mode }) => goOn(() => (debugging as Debugging).session.step(mode)),
  debugLevel: ({ level }) => inspect(level),
  debugChildren: ({ handle, from }) => debugging?.session.children?.(handle, from) ?? null,
  debugBreakpoints({ lines }) {
    debugging?.session.setBreakpoints(lines);
    return null;
  },
  debugStop() {
    const { session, request, prepared, before, lines, memory, ms } = debugging as Debugging;
    session.stop();
    lines.end();
    debugging = undefined;
    const failure = failureOf(new Stopped());
    return finish({ ...shownFailure(failure, request), ...prepared, failure, usage: usageOf(ms, memory) }, before);
  },
  abort() {
    aborter?.abort(new Stopped());
    return null;
  },
};

/** Requests take turns, but for the one that ends the one before. */
let line: Promise<unknown> = Promise.resolve();

self.onmessage = ({ data: { id, name, body } }) => {
  const handle = async (): Promise<void> => {
    try {
      self.postMessage({ id, value: await (handlers[name] as (body: unknown) => unknown)(body) });
    } catch (error) {
      self.postMessage({ id, failure: error instanceof Error ? error.message : String(error) });
    }
  };
  if (name === 'abort') void handle();
  else line = line.then(handle);
};
