// Lines of arguments as redis-cli reads them: words apart by blanks, "…" with escapes, '…' as it stands.

import { textOf, type Text } from './text.js';

const encoder = new TextEncoder();
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 };

export class ArgumentError extends Error {}

/** The words of a line. Throws an `ArgumentError` where quotes do not match. */
export function splitArgs(line: string): Text[] {
  const words: Text[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(line[at] ?? '')) at++;
    if (at >= line.length) return words;
    const bytes: number[] = [];
    while (at < line.length && !/\s/.test(line[at] ?? '')) {
      const quote = line[at];
      if (quote === '"' || quote === "'") at = readQuoted(line, at + 1, quote, bytes);
      else at = copy(line, at, bytes);
    }
    words.push(textOf(Uint8Array.from(bytes)));
  }
}

/** Reads up to the quote that closes and gives where to go on. */
function readQuoted(line: string, from: number, quote: string, bytes: number[]): number {
  let at = from;
  while (at < line.length) {
    const letter = line[at] as string;
    if (letter === quote) {
      if (at + 1 < line.length && !/\s/.test(line[at + 1] as string)) throw new ArgumentError('a blank is missing after the closing quote');
      return at + 1;
    }
    const next = line[at + 1];
    if (letter === '\\' && next !== undefined && quote === '"') {
      const hex = /^[0-9a-f]{2}/i.exec(line.slice(at + 2, at + 4))?.[0];
      if (next === 'x' && hex) {
        bytes.push(Number.parseInt(hex, 16));
        at += 4;
      } else if (ESCAPES[next] !== undefined) {
        bytes.push(ESCAPES[next]);
        at += 2;
      } else {
        at = copy(line, at + 1, bytes);
      }
    } else if (letter === '\\' && next === "'" && quote === "'") {
      bytes.push(39);
      at += 2;
    } else {
      at = copy(line, at, bytes);
    }
  }
  throw new ArgumentError(`a closing ${quote} is missing`);
}

/** Copies one letter. */
function copy(line: string, at: number, bytes: number[]): number {
  const letter = String.fromCodePoint(line.codePointAt(at) as number);
  bytes.push(...encoder.encode(letter));
  return at + letter.length;
}
