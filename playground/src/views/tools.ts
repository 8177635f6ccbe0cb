// The debugger's panel, and the bytecode beside the source.

import { byId, el } from '../dom.js';
import type { FunctionListing, StackLevel, Variable } from '../engine/debug.js';

// ---- the debugger --------------------------------------------------------------------------------

export interface Inspected {
  locals: Variable[];
  upvalues: Variable[];
}

export class DebuggerView {
  readonly #pane = byId('pane-debugger');
  #shown = new Map<string, string>();
  readonly #onLevel: (level: number) => void;

  constructor(onLevel: (level: number) => void) {
    this.#onLevel = onLevel;
    this.idle();
  }

  idle(): void {
    this.#shown.clear();
    this.#pane.replaceChildren(
      el(
        'p',
        'hint',
        'Press F10 or Step to begin. Click beside a line number, or press F9, for a breakpoint; with one, the script runs up to it. Locals, captured variables and the calls in progress appear here.',
      ),
    );
  }

  show(stack: readonly StackLevel[], level: number, { locals, upvalues }: Inspected): void {
    const frames = el('ul', 'frames');
    for (const [at, { name, what, line, chunk }] of stack.entries()) {
      const isNative = line <= 0;
      const title = name || (what === 'main' ? 'main chunk' : what === 'C' ? 'native function' : 'function');
      const button = el('button', { type: 'button', disabled: isNative }, el('span', '', title), el('span', 'where', isNative ? 'native' : `${chunk}:${line}`));
      button.setAttribute('aria-pressed', String(at === level));
      button.addEventListener('click', () => this.#onLevel(at));
      frames.append(el('li', '', button));
    }
    const seen = new Map<string, string>();
    const place = `${stack.length - level}`;
    this.#pane.replaceChildren(
      el(
        'div',
        'inspect',
        el('h3', '', 'Locals'),
        this.#values('local', place, locals, seen, 'No locals here yet.'),
        el('h3', '', 'Captured variables'),
        this.#values('upvalue', place, upvalues, seen, 'None.'),
        el('h3', '', 'Calls'),
        frames,
      ),
    );
    for (const [key, value] of seen) this.#shown.set(key, value);
  }

  #values(kind: string, place: string, variables: readonly Variable[], seen: Map<string, string>, none: string): HTMLElement {
    const list = el('dl', { className: 'values' });
    list.dataset.kind = kind;
    for (const [at, { name, value }] of variables.entries()) {
      const key = `${kind} ${place} ${at} ${name}`;
      const before = this.#shown.get(key);
      seen.set(key, value);
      const shown = el('dd', before !== undefined && before !== value ? 'fresh' : '', value);
      list.append(el('dt', '', name), shown);
    }
    if (variables.length === 0) list.append(el('dt', '', none));
    return list;
  }
}

// ---- bytecode ------------------------------------------------------------------------------------

/** Most instructions that are shown. */
const INSTRUCTIONS_MAX = 5_000;

export class BytecodeView {
  readonly #pane = byId('pane-bytecode');
  readonly #rows = new Map<number, HTMLElement[]>();
  readonly #onPoint: (line: number | undefined) => void;
  readonly #onChoose: (line: number) => void;
  #line = 0;

  constructor(onPoint: (line: number | undefined) => void, onChoose: (line: number) => void) {
    this.#onPoint = onPoint;
    this.#onChoose = onChoose;
  }

  show(functions: readonly FunctionListing[] | null): void {
    this.#rows.clear();
    if (!functions) {
      this.#pane.replaceChildren(el('p', 'hint', 'There is bytecode once the script compiles.'));
      return;
    }
    const listing = el('div', { className: 'listing', tabIndex: 0 });
    let count = 0;
    for (const { name, firstLine, lastLine, instructions } of functions) {
      const lines = firstLine > 0 ? ` · lines ${firstLine}–${lastLine}` : '';
      const table = el('table', '', el('caption', '', `${name || 'main chunk'}${lines} · ${instructions.length} instructions`));
      const body = el('tbody');
      for (const { pc, line, op, args, comment } of instructions) {
        if (++count > INSTRUCTIONS_MAX) break;
        const button = el('button', { type: 'button', className: 'line', textContent: String(line), tabIndex: -1, title: `Line ${line}` });
        const row = el('tr', '', el('td', '', String(pc)), el('td', '', button), el('td', 'op', op), el('td', '', args), el('td', 'note', comment ?? ''));
        row.dataset.line = String(line);
        const rows = this.#rows.get(line);
        if (rows) rows.push(row);
        else this.#rows.set(line, [row]);
        body.append(row);
      }
      table.append(body);
      listing.append(table);
      if (count > INSTRUCTIONS_MAX) {
        listing.append(el('p', 'hint', 'The rest is not shown.'));
        break;
      }
    }
    const lineAt = (target: EventTarget | null): number | undefined => {
      const line = (target as Element | null)?.closest<HTMLElement>('tr')?.dataset.line;
      return line === undefined ? undefined : Number(line);
    };
    listing.addEventListener('pointerover', ({ target }) => this.#onPoint(lineAt(target)));
    listing.addEventListener('pointerleave', () => this.#onPoint(undefined));
    listing.addEventListener('click', ({ target }) => {
      const line = lineAt(target);
      if (line !== undefined) this.#onChoose(line);
    });
    this.#pane.replaceChildren(listing);
    this.mark(this.#line);
  }

  /** Shows which instructions belong to a line of the source. */
  mark(line: number): void {
    for (const row of this.#rows.get(this.#line) ?? []) row.classList.remove('on');
    this.#line = line;
    const rows = this.#rows.get(line) ?? [];
    for (const row of rows) row.classList.add('on');
    const list = this.#pane.firstElementChild;
    if (!rows[0] || !list || this.#pane.hidden || list.matches(':hover')) return;
    const { top, bottom } = rows[0].getBoundingClientRect();
    const frame = list.getBoundingClientRect();
    if (top < frame.top + 30 || bottom > frame.bottom) list.scrollTop += top - frame.top - frame.height / 3;
  }
}
