// Lines of the log: what was printed and logged, and commands with their replies.

import { byId, el } from '../dom.js';
import type { OutputLine } from '../engine/protocol.js';
import { readable } from '../text.js';

/** Most lines that are kept. */
const LINES_MAX = 6_000;

export class LogView {
  readonly #list = byId('log');
  readonly #count = byId('log-count');
  #lines = 0;
  #dropped = 0;

  constructor() {
    byId('log-clear').addEventListener('click', () => this.clear());
    this.clear();
  }

  clear(): void {
    this.#lines = this.#dropped = 0;
    this.#list.replaceChildren(el('p', 'hint', 'What scripts print and log appears here: print(…), redis.log(redis.LOG_NOTICE, …).'));
    this.#tell();
  }

  add(lines: readonly OutputLine[], dropped = 0): void {
    this.#dropped += dropped;
    if (lines.length > 0) {
      if (this.#lines === 0) this.#list.replaceChildren();
      const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 30;
      const made = document.createDocumentFragment();
      for (const { kind, text } of lines) {
        made.append(el('div', `log-${kind}`, el('span', 'kind', kind === 'command' ? 'redis>' : kind === 'reply' || kind === 'failed' ? '' : kind), el('span', '', readable(text))));
      }
      this.#list.append(made);
      this.#lines += lines.length;
      while (this.#list.childElementCount > LINES_MAX) this.#list.firstElementChild?.remove();
      if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
    }
    this.#tell();
  }

  #tell(): void {
    const dropped = this.#dropped > 0 ? `, ${this.#dropped} more not shown` : '';
    this.#count.textContent = this.#lines > 0 ? `${this.#lines} line${this.#lines === 1 ? '' : 's'}${dropped}` : '';
  }
}
