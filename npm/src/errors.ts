// What scripts raise, and what ends them.

/**
 * - `script`: the script raised an error, or returned one
 * - `command`: a command was refused
 * - `compile`: the script does not compile
 * - `fuel`, `memory`, `time`: a limit ended the script
 * - `killed`: the host ended the script
 * - `internal`: a defect of Redmoon
 */
export type ErrorKind = 'script' | 'command' | 'compile' | 'fuel' | 'memory' | 'time' | 'killed' | 'internal';

/** What is known of an error besides its message. */
export interface ErrorDetails {
  kind: ErrorKind;
  /** The line of the script where it happened, from 1. */
  line?: number | undefined;
  /** The name of the chunk where it happened: `@user_script` for a script. */
  chunk?: string | undefined;
  /** The calls that were in progress, innermost first, as `lua` prints them. */
  traceback?: string | undefined;
  /** The script's text, from which the excerpt is taken. */
  script?: string | undefined;
  cause?: unknown;
}

/** An error of a script, or an error reply of a command. The message is exactly the text that Redis sends. */
export class RedmoonError extends Error {
  override readonly name = 'RedmoonError';
  readonly kind: ErrorKind;
  /** The first word of the message: `ERR`, `WRONGTYPE`, `NOSCRIPT`. Empty when it is none of Redis's. */
  readonly code: string;
  readonly line: number | undefined;
  readonly chunk: string | undefined;
  readonly traceback: string | undefined;
  /** The line of the script where it happened, with its neighbours. */
  readonly excerpt: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.code = /^([A-Z][A-Z0-9_]*)( |$)/.exec(message)?.[1] ?? '';
    this.line = details.line;
    this.chunk = details.chunk;
    this.traceback = details.traceback || undefined;
    this.excerpt = details.script === undefined ? undefined : excerpt(details.script, details.line);
  }

  /** Whether a limit ended the script. */
  get isLimit(): boolean {
    return this.kind === 'fuel' || this.kind === 'memory' || this.kind === 'time';
  }
}

/** A line of a script with up to two before and one after, numbered; `undefined` when there is no such line. */
function excerpt(script: string, line: number | undefined): string | undefined {
  if (line === undefined) return undefined;
  const lines = script.split('\n');
  if (line < 1 || line > lines.length) return undefined;
  const from = Math.max(1, line - 2);
  const to = Math.min(lines.length, line + 1);
  const width = String(to).length;
  const shown: string[] = [];
  for (let at = from; at <= to; at++) {
    const text = (lines[at - 1] ?? '').replace(/\r$/, '').slice(0, 120);
    shown.push(`${at === line ? '>' : ' '} ${String(at).padStart(width)} | ${text}`.trimEnd());
  }
  return shown.join('\n');
}
