// What page and worker say to each other.

import type { Change, Dump, Entry } from '../keyspace.js';
import type { Text } from '../text.js';
import type { Mode } from '../work.js';
import type { Children, Features, FunctionListing, Problem, StackLevel, StepMode, Variable } from './debug.js';

export interface CommandFact {
  name: string;
  flags: string[];
  arity: number;
}

export interface Ready {
  features: Features;
  commands: CommandFact[];
  dump: Dump;
}

export interface Limits {
  fuel: number;
  memoryMb: number;
  timeMs: number;
}

export interface RunRequest {
  mode: Mode;
  source: string;
  keys: Text[];
  args: Text[];
  fn: string;
  resp: 2 | 3;
  limits: Limits;
}

export interface Failure {
  message: string;
  /** A `RedmoonError`'s kind, or `stopped`. */
  kind: string;
  line?: number;
  traceback?: string;
}

export interface Usage {
  fuel: number;
  ms: number;
  memory: { used: number; peak: number; limit: number };
}

export interface RunResult {
  cli: string;
  json: string;
  /** How long the reply is, for people. */
  failure?: Failure;
  usage: Usage;
  dump: Dump;
  changes: Change[];
  /** The functions of the library that was loaded. */
  functions?: string[];
  called?: string;
}

/** The variables of a level. */
export interface Inspected {
  locals: Variable[];
  varargs: Variable[];
  upvalues: Variable[];
  /** `KEYS` and `ARGV`. */
  inputs: Variable[];
}

export type DebugState =
  | ({ state: 'paused'; reason: string; line: number; stack: StackLevel[]; usage: Usage; dump: Dump; changes: Change[] } & Inspected)
  | { state: 'done'; result: RunResult };

/** Requests by name: what goes in, what comes out. */
export interface Requests {
  init: [{ module: WebAssembly.Module; entries: Entry[]; memoryMb: number }, Ready];
  run: [RunRequest, RunResult];
  command: [{ argv: Text[] }, { cli: string; failed: boolean; dump: Dump }];
  dump: [Record<string, never>, Dump];
  load: [{ entries?: Entry[]; commands?: Text[][] }, Dump];
  check: [{ source: string; mode: Mode }, Problem[]];
  listing: [{ source: string; mode: Mode }, FunctionListing[] | null];
  debugStart: [RunRequest & { breakpoints: number[]; first: StepMode }, DebugState];
  debugStep: [{ mode: StepMode }, DebugState];
  debugLevel: [{ level: number }, Inspected];
  debugChildren: [{ handle: bigint | number; from: number }, Children | null];
  debugBreakpoints: [{ lines: number[] }, null];
  debugStop: [Record<string, never>, RunResult];
  abort: [Record<string, never>, null];
}

export type RequestName = keyof Requests;

export interface RequestMessage {
  id: number;
  name: RequestName;
  body: unknown;
}

export interface OutputLine {
  /** `print`, or a level of `redis.log`. */
  kind: string;
  text: string;
}

export type FromWorker =
  | { id: number; value: unknown }
  | { id: number; failure: string }
  | { output: OutputLine[]; dropped: number };
