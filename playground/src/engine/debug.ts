// What a Redmoon offers for tools: checking, listing, stepping. A package without a part of it works as well; what builds on it is
// not shown then. This file alone knows how the package spells it.

import type { Redmoon } from 'redmoon';
import type { Commands } from '../keyspace.js';
import type { Text } from '../text.js';
import type { Mode } from '../work.js';

export interface Problem {
  /** From 1. */
  line: number;
  /** The byte of the line, from 1, and how many bytes, where they are known. */
  column?: number;
  length?: number;
  message: string;
  severity: 'error' | 'warning';
}

export interface Instruction {
  pc: number;
  line: number;
  op: string;
  args: string;
  comment?: string;
}

export interface FunctionListing {
  name: string;
  firstLine: number;
  lastLine: number;
  instructions: Instruction[];
}

export type StepMode = 'into' | 'over' | 'out' | 'continue';

export type StepResult = { state: 'paused'; reason: string; line: number } | { state: 'done'; value: unknown };

export interface StackLevel {
  name: string;
  what: string;
  chunk: string;
  line: number;
}

export interface Variable {
  name: string;
  value: string;
  /** For `children`, when there is something inside; of no use any more once the run goes on. */
  handle?: bigint | number;
}

export interface Children {
  items: Variable[];
  next: number | null;
}

export interface DebugSession {
  call: Commands['call'];
  step(mode: StepMode): StepResult;
  setBreakpoints(lines: readonly number[]): void;
  stack(): StackLevel[];
  locals(level: number): Variable[];
  upvalues(level: number): Variable[];
  varargs?(level: number): Variable[];
  inputs?(): Variable[];
  children?(handle: bigint | number, from?: number): Children | null;
  stop(): void;
}

export interface DebugOptions {
  keys: readonly Text[];
  args: readonly Text[];
  breakpoints: readonly number[];
  /** A function is called by its name, whose library has been loaded. */
  kind: 'script' | 'fcall' | 'lua';
  limits: { fuel: number; timeMs: number };
  onPrint(text: string): void;
  bytes?: boolean;
  integers?: 'auto' | 'number' | 'bigint';
  resp?: 2 | 3;
}

interface Tools {
  check(source: string, kind: Mode): Problem[];
  listing(source: string, kind: Mode): FunctionListing[];
  debug(script: string, options: DebugOptions): DebugSession;
}

export interface Features {
  check: boolean;
  listing: boolean;
  debug: boolean;
}

function toolsOf(redmoon: Redmoon): Partial<Tools> {
  return redmoon as unknown as Partial<Tools>;
}

export function featuresOf(redmoon: Redmoon): Features {
  const tools = toolsOf(redmoon);
  return {
    check: typeof tools.check === 'function',
    listing: typeof tools.listing === 'function',
    debug: typeof tools.debug === 'function',
  };
}

/** What is wrong with a source, without running it. */
export function check(redmoon: Redmoon, source: string, mode: Mode): Problem[] {
  const tools = toolsOf(redmoon);
  if (tools.check) return tools.check(source, mode);
  return compileOnly(redmoon, source);
}

/** A line that begins with `#` is for Redis, not for the compiler. */
function withoutShebang(source: string): string {
  return source.startsWith('#') ? source.replace(/^[^\n]*/, '') : source;
}

function compileOnly(redmoon: Redmoon, source: string): Problem[] {
  const message = redmoon.evalSync("local f, e = loadstring(ARGV[1], '=x') return e or ''", { args: [withoutShebang(source)] }) as string;
  const found = /^x:(\d+): ([^]*)$/.exec(message);
  if (!found) return message === '' ? [] : [{ line: 1, message, severity: 'error' }];
  return [{ line: Number(found[1]), message: found[2] as string, severity: 'error' }];
}

/** The bytecode of a source, or nothing when it does not compile. */
export function listing(redmoon: Redmoon, source: string, mode: Mode): FunctionListing[] | null {
  const functions = toolsOf(redmoon).listing?.(source, mode) ?? [];
  return functions.length > 0 ? functions : null;
}

export function startDebug(redmoon: Redmoon, script: string, options: DebugOptions): DebugSession {
  const tools = toolsOf(redmoon);
  if (!tools.debug) throw new Error('this package cannot step');
  return tools.debug(script, options);
}

/** Reads the keyspace while a script that is stepped through has the Redmoon for itself. */
export function peek(session: DebugSession): Commands {
  return { call: (command, shape) => session.call(command, shape) };
}
