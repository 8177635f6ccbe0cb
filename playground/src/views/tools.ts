// The debugger's panel, and the bytecode beside the source.

import { byId, el } from '../dom.js';
import type { Children, FunctionListing, StackLevel, Variable } from '../engine/debug.js';
import type { Inspected } from '../engine/protocol.js';
import { readable } from '../text.js';

// ---- the debugger --------------------------------------------------------------------------------

type Handle = bigint | number;

export class DebuggerView {
  readonly #pane = byId('pane-debugger');
  /** Values by place, to tell which are new. */
  #shown = new Map<string, string>();
  /** The places that somebody has opened. */
  readonly #open = new Set<string>();
  readonly #onLevel: (level: number) => void;
  readonly #children: (handle: Handle, from: number) => Promise<Children | null>;

  constructor(onLevel: (level: number) => void, children: (handle: Handle, from: number) => Promise<Children | null>) {
    this.#onLevel = onLevel;
    this.#children = children;
    this.idle();
  }

  idle(): void {
    this.#shown.clear();
    this.#pane.replaceChildren(
      el(
        'p',
        'hint',
        'Press F10 or Step to begin. Click beside a line number, or press F9, for a breakpoint; with one, Step runs up to it. Locals, captured variables and the calls in progress appear here.',
      ),
    );
  }

  show(stack: readonly StackLevel[], level: number, { locals, varargs, upvalues, inputs }: Inspected): void {
    const frames = el('ul', 'frames');
    for (const [at, { name, what, line, chunk }] of stack.entries()) {
      const isNative = line <= 0;
      const title = name || (what === 'main' ? 'main chunk' : isNative ? 'native function' : 'function');
      const button = el('button', { type: 'button', disabled: isNative }, el('span', '', title), el('span', 'where', isNative ? 'native' : `${chunk}:${line}`));
      button.setAttribute('aria-pressed', String(at === level));
      button.addEventListener('click', () => this.#onLevel(at));
      frames.append(el('li', '', button));
    }
    // Levels are counted from the outermost one, which stays what it is.
    const place = String(stack.length - level);
    const seen = new Map<string, string>();
    const sections = (
      [
        ['Locals', 'local', locals],
        ['Arguments behind …', 'vararg', varargs],
        ['Captured variables', 'upvalue', upvalues],
        ['Inputs', 'input', inputs],
      ] as const
    ).filter(([, kind, variables]) => kind === 'local' || variables.length > 0);
    const scroll = this.#pane.firstElementChild?.scrollTop ?? 0;
    this.#pane.replaceChildren(
      el(
        'div',
        'inspect',
        ...sections.flatMap(([title, kind, variables]) => {
          const list = el('div', 'values');
          list.dataset.kind = kind;
          list.append(...variables.map((variable, at) => this.#variable(variable, `${place} ${kind} ${at} ${variable.name}`, seen)));
          if (variables.length === 0) list.append(el('p', 'none', 'None here yet.'));
          return [el('h3', '', title), list];
        }),
        el('h3', '', 'Calls'),
        frames,
      ),
    );
    if (this.#pane.firstElementChild) this.#pane.firstElementChild.scrollTop = scroll;
    for (const [key, value] of seen) this.#shown.set(key, value);
  }

  #variable({ name, value, handle }: Variable, path: string, seen?: Map<string, string>): HTMLElement {
    const before = this.#shown.get(path);
    seen?.set(path, value);
    const text = [el('span', 'name', readable(name)), el('span', before !== undefined && before !== value ? 'text fresh' : 'text', readable(value))];
    if (handle === undefined) return el('div', 'value', ...text);
    const details = el('details', 'value', el('summary', '', ...text));
    details.addEventListener('toggle', () => {
      if (details.open) this.#open.add(path);
      else this.#open.delete(path);
      if (details.open && details.childElementCount === 1) void this.#fill(details, handle, 0, path);
    });
    details.open = this.#open.has(path);
    return details;
  }

  async #fill(details: HTMLElement, handle: Handle, from: number, path: string): Promise<void> {
    const found = await this.#children(handle, from);
    if (!found) return;
    details.append(...found.items.map((item) => this.#variable(item, `${path} ${item.name}`)));
    if (found.items.length === 0 && from === 0) details.append(el('p', 'none', 'Empty.'));
    const { next } = found;
    if (next === null) return;
    const more = el('button', { type: 'button', className: 'button small plain', textContent: 'More' });
    more.addEventListener('click', () => {
      more.remove();
      void this.#fill(details, handle, next, path);
    });
    details.append(more);
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
      const lines = firstLine === lastLine ? `line ${firstLine}` : `lines ${firstLine}–${lastLine}`;
      const title = firstLine > 0 ? `Function in ${lines}` : 'Main chunk';
      const table = el('table', '', el('caption', { title: name }, `${title} · ${instructions.length} instructions`));
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
