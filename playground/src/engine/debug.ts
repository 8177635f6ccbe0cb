// What a Redmoon offers for tools: checking, listing, stepping. A package without a part of it works as well; what builds on it is
// not shown then. This file alone knows how the package spells it.

import { RedmoonError, type Redmoon } from 'redmoon';
import type { Mode } from '../work.js';

export interface Problem {
  /** From 1. */
  line: number;
  /** From 1, when it is known. */
  column?: number;
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
}

export interface DebugSession {
  step(mode: StepMode): StepResult;
  setBreakpoints(lines: readonly number[]): void;
  stack(): StackLevel[];
  locals(level: number): Variable[];
  upvalues(level: number): Variable[];
  stop(): void;
}

export interface DebugOptions {
  keys: readonly (string | Uint8Array)[];
  args: readonly (string | Uint8Array)[];
  breakpoints: readonly number[];
  kind: Mode;
  limits?: { fuel?: number; timeMs?: number };
  bytes?: boolean;
  integers?: 'auto' | 'number' | 'bigint';
  resp?: 2 | 3;
}

interface Tools {
  check(source: string, kind: Mode): Problem[];
  listing(source: string): FunctionListing[];
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
export function listing(redmoon: Redmoon, source: string): FunctionListing[] | null {
  const tools = toolsOf(redmoon);
  if (!tools.listing) return null;
  try {
    return tools.listing(withoutShebang(source));
  } catch (error) {
    if (error instanceof RedmoonError) return null;
    throw error;
  }
}

export function startDebug(redmoon: Redmoon, script: string, options: DebugOptions): DebugSession {
  const tools = toolsOf(redmoon);
  if (!tools.debug) throw new Error('this package cannot step');
  return tools.debug(script, options);
}
