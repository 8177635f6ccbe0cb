// Stepping through a script: what an editor or a playground asks.

import type { Bytes } from './wire.js';

/** What a source is. */
export type SourceKind = 'script' | 'library' | 'lua';

/** Something wrong with a source. */
export interface Problem {
  /** `error`: it does not compile. `warning`: it raises an error when it comes to that. */
  severity: 'error' | 'warning';
  /** The line, from 1. */
  line: number;
  /** The byte of that line, from 1. */
  column: number;
  /** The same place in bytes from the start of the source, and how many bytes. */
  offset: number;
  length: number;
  message: string;
}

/** A function's bytecode. */
export interface FunctionListing {
  /** `main`, `main.0` for the first function in it, and so on. */
  name: string;
  /** 0 for a main chunk. */
  firstLine: number;
  lastLine: number;
  instructions: { pc: number; line: number; op: string; args: string; comment: string }[];
}

/** How a run goes on: to the next breakpoint, into, over or out of functions. */
export type StepMode = 'continue' | 'into' | 'over' | 'out';

/** Where a run has come to. */
export type DebugState =
  | { state: 'paused'; reason: 'step' | 'breakpoint'; line: number }
  | { state: 'done'; value: unknown };

/** A function in progress. */
export interface StackLevel {
  /** What `locals` and `upvalues` take; 0 is the innermost. */
  level: number;
  /** What it was called as; empty when that is not known. */
  name: string;
  what: 'Lua' | 'main' | 'C' | string;
  chunk: string;
  /** The line that it is at; 0 for functions that are not Lua's. */
  line: number;
  firstLine: number;
  /** How many coroutines lie between it and the running one. */
  coroutine: number;
}

/** A variable, a field or an item. */
export interface Variable {
  name: string;
  /** The value in Lua's notation, in part if it is large. */
  value: string;
  type: string;
  /** For `children`, when there is something inside; of no use any more once the run goes on. */
  handle?: bigint | number;
}

/** @internal What a session needs of its Redmoon. */
export interface Driver {
  step(mode: StepMode): DebugState;
  setBreakpoints(lines: readonly number[]): void;
  stack(): StackLevel[];
  variables(about: 'locals' | 'upvalues' | 'varargs' | 'inputs', level: number): Variable[];
  children(handle: bigint | number, from: number): { items: Variable[]; next: number | null } | null;
  call(command: readonly Bytes[], options?: ReplyShape): unknown;
  stop(): void;
}

/** How replies of `DebugSession.call` come out, as for `Redmoon.call`. */
export interface ReplyShape {
  bytes?: boolean;
  integers?: 'auto' | 'number' | 'bigint';
}

/** A script that is being stepped through; it has the Redmoon for itself until it is done or stopped. */
export class DebugSession {
  #driver: Driver | undefined;

  /** @internal */
  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Whether there is something left to step. */
  get isActive(): boolean {
    return this.#driver !== undefined;
  }

  /**
   * Goes on to the next line that `mode` asks for, to a breakpoint, or to the end. The first step comes to the first line, or to the
   * first breakpoint with `'continue'`. Throws what `evalSync` would.
   */
  step(mode: StepMode = 'into'): DebugState {
    try {
      const state = this.#need().step(mode);
      if (state.state === 'done') this.#driver = undefined;
      return state;
    } catch (error) {
      this.#driver = undefined;
      throw error;
    }
  }

  /** Replaces the breakpoints: lines, from 1. */
  setBreakpoints(lines: readonly number[]): void {
    this.#need().setBreakpoints(lines);
  }

  /** The functions in progress, the innermost first. */
  stack(): StackLevel[] {
    return this.#driver?.stack() ?? [];
  }

  /** The local variables of a level. */
  locals(level = 0): Variable[] {
    return this.#driver?.variables('locals', level) ?? [];
  }

  /** The captured variables of a level's function. */
  upvalues(level = 0): Variable[] {
    return this.#driver?.variables('upvalues', level) ?? [];
  }

  /** What `...` stands for in a level. */
  varargs(level = 0): Variable[] {
    return this.#driver?.variables('varargs', level) ?? [];
  }

  /** `KEYS` and `ARGV`. */
  inputs(): Variable[] {
    return this.#driver?.variables('inputs', 0) ?? [];
  }

  /** What is inside a value, at most 100 at a time from position `from` on; `null` once the run has gone on. */
  children(handle: bigint | number, from = 0): { items: Variable[]; next: number | null } | null {
    return this.#driver?.children(handle, from) ?? null;
  }

  /**
   * Runs a command on the keyspace while the run pauses, to look at it: `Redmoon.call` answers BUSY meanwhile. Handles of variables
   * are of no use any more afterwards.
   */
  call(command: readonly Bytes[], options?: ReplyShape): unknown {
    return this.#need().call(command, options);
  }

  /** Ends the run. */
  stop(): void {
    this.#driver?.stop();
    this.#driver = undefined;
  }

  #need(): Driver {
    if (!this.#driver) throw new TypeError('the run is over');
    return this.#driver;
  }
}
