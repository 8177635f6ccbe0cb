// The keyspace: keys with their types, times and contents, and what the last run has changed.

import { byId, el, numberText } from '../dom.js';
import { LIMITS, type Change, type Dump, type Entry, type Row, type RowChange } from '../keyspace.js';
import { idOf, readable, sizeText, type Text } from '../text.js';

interface Item {
  key: Text;
  entry: Entry;
  change: Change | undefined;
}

/** With more changes than this, they stay closed. */
const OPENED_MAX = 4;

export class KeyspaceView {
  readonly #list = byId('keyspace');
  readonly #count = byId('keys-count');
  readonly #filter = byId<HTMLInputElement>('filter');
  readonly #onlyChanges = byId<HTMLInputElement>('only-changes');
  /** The keys that somebody has opened or closed. */
  readonly #open = new Map<string, boolean>();
  #dump: Dump = { entries: [], keys: 0 };
  #changes: Change[] = [];
  #clocks: { element: HTMLElement; expiresAt: number }[] = [];
  readonly #onExpired: () => void;

  constructor(onExpired: () => void) {
    this.#onExpired = onExpired;
    this.#filter.addEventListener('input', () => this.#render());
    this.#onlyChanges.addEventListener('change', () => this.#render());
    setInterval(() => this.#tick(), 1_000);
  }

  /** Shows a keyspace; changes stay those that were shown before unless others are given. */
  show(dump: Dump, changes?: Change[]): void {
    this.#dump = dump;
    if (changes) {
      this.#changes = changes;
      this.#open.clear();
    }
    this.#render();
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  #items(): Item[] {
    const changes = new Map(this.#changes.map((change) => [idOf(change.key), change]));
    const items: Item[] = [];
    for (const entry of this.#dump.entries) {
      const change = changes.get(idOf(entry.key));
      changes.delete(idOf(entry.key));
      items.push({ key: entry.key, entry, change: change?.kind === 'removed' ? undefined : change });
    }
    for (const change of changes.values()) {
      if (change.kind === 'removed' && change.before) items.push({ key: change.key, entry: change.before, change });
    }
    return items.sort((one, other) => (readable(one.key) < readable(other.key) ? -1 : 1));
  }

  #render(): void {
    const { keys, entries } = this.#dump;
    const [added, changed, removed] = (['added', 'changed', 'removed'] as const).map((kind) => this.#changes.filter((change) => change.kind === kind).length);
    this.#count.textContent = numberText(keys);
    const wanted = this.#filter.value.toLowerCase();
    const items = this.#items().filter(
      ({ key, change }) => (!this.#onlyChanges.checked || change) && (wanted === '' || readable(key).toLowerCase().includes(wanted)),
    );
    this.#clocks = [];
    const shown: Node[] = items.map((item) => this.#item(item));
    if (entries.length < keys) shown.push(el('p', 'hint', `${numberText(entries.length)} of ${numberText(keys)} keys are shown and compared.`));
    if (items.length === 0) {
      const text = keys === 0 ? 'No keys. Run a script that writes, or type a command below.' : this.#onlyChanges.checked ? 'The last run has changed nothing.' : 'No key has this in its name.';
      shown.push(el('p', 'hint', text));
    }
    this.#list.replaceChildren(...shown);
    this.#list.dataset.changes = `${added} ${changed} ${removed}`;
  }

  #item({ key, entry, change }: Item): HTMLElement {
    const id = idOf(key);
    const details = el('details', `key ${change?.kind ?? ''}`);
    details.dataset.key = readable(key);
    const summary = el(
      'summary',
      '',
      el('span', 'name', readable(key) || '(empty)'),
      el('span', 'gist', gist(entry)),
      this.#clock(entry, change),
      change && el('span', `badge ${change.kind}`, change.kind),
      el('span', 'badge', entry.type),
    );
    details.append(summary);
    const fill = (): void => {
      if (details.childElementCount === 1) details.append(...contents(entry, change));
    };
    details.open = this.#open.get(id) ?? (change !== undefined && this.#changes.length <= OPENED_MAX);
    if (details.open) fill();
    details.addEventListener('toggle', () => {
      if (details.open) fill();
    });
    summary.addEventListener('click', () => this.#open.set(id, !details.open));
    return details;
  }

  #clock({ expiresAt }: Entry, change: Change | undefined): HTMLElement | undefined {
    if (expiresAt === null || change?.kind === 'removed') return undefined;
    const element = el('span', 'fact', timeText(expiresAt - Date.now()));
    element.title = `Expires ${new Date(expiresAt).toLocaleString()}`;
    this.#clocks.push({ element, expiresAt });
    return element;
  }

  #tick(): void {
    const now = Date.now();
    let isExpired = false;
    for (const { element, expiresAt } of this.#clocks) {
      element.textContent = timeText(expiresAt - now);
      isExpired ||= expiresAt <= now;
    }
    if (isExpired && !document.hidden) this.#onExpired();
  }
}

function timeText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

function valueText(value: Text | Text[] | undefined): string {
  if (value === undefined) return '';
  if (!Array.isArray(value)) return readable(value);
  const pairs: string[] = [];
  for (let at = 0; at < value.length; at += 2) pairs.push(`${readable(value[at] ?? '')}=${readable(value[at + 1] ?? '')}`);
  return pairs.join('  ');
}

/** What a value is about, in one line. */
function gist({ type, rows, size }: Entry): string {
  if (type === 'string') return valueText(rows[0]?.value).slice(0, 120);
  const some = rows.slice(0, 4).map(({ label, value }) => {
    if (type === 'list') return valueText(value).slice(0, 40);
    if (type === 'set' || type === 'stream') return readable(label).slice(0, 40);
    return `${readable(label).slice(0, 30)}: ${valueText(value).slice(0, 30)}`;
  });
  return `(${numberText(size)}) ${some.join(', ')}${size > some.length ? ', …' : ''}`;
}

function contents(entry: Entry, change: Change | undefined): Node[] {
  const { type, size, encoding, isCut } = entry;
  const facts = [type === 'string' ? sizeText(size) : `${numberText(size)} item${size === 1 ? '' : 's'}`, encoding];
  if (isCut) facts.push(type === 'string' ? `the first ${sizeText(LIMITS.stringBytes)} shown` : `${entry.rows.length} shown`);
  if (change?.kind === 'changed' && change.before) {
    const { before } = change;
    if (before.type !== type) facts.push(`was a ${before.type}`);
    if ((before.expiresAt === null) !== (entry.expiresAt === null)) facts.push(entry.expiresAt === null ? 'does not expire any more' : 'expires now');
    if (type !== 'string' && before.size !== size) facts.push(`${numberText(before.size)} before the run`);
  }
  return [el('div', 'facts', facts.filter(Boolean).join(' · ')), rowsOf(entry, change)];
}

function rowsOf(entry: Entry, change: Change | undefined): HTMLElement {
  const list = el('div', 'rows');
  const { type } = entry;
  if (change && change.kind !== 'changed') {
    for (const row of entry.rows) list.append(rowOf(type, row, change.kind));
    return list;
  }
  const changes = [...(change?.rows ?? [])];
  if (type === 'list' && changes.length > 0) {
    listRows(entry.rows, changes, list);
    return list;
  }
  const byLabel = new Map(changes.map((one) => [idOf(one.label), one]));
  for (const row of entry.rows) {
    const one = byLabel.get(idOf(row.label));
    byLabel.delete(idOf(row.label));
    list.append(one ? changedRow(type, one) : rowOf(type, row));
  }
  for (const one of byLabel.values()) list.append(changedRow(type, one));
  return list;
}

/** What a list has lost stands where it stood. */
function listRows(rows: readonly Row[], changes: RowChange[], list: HTMLElement): void {
  const removed = changes.filter(({ kind }) => kind === 'removed');
  const added = new Map(changes.filter(({ kind }) => kind === 'added').map((one) => [String(one.label), one]));
  const start = Math.min(...changes.map(({ label }) => Number(label)));
  for (const row of rows) {
    if (Number(row.label) === start) for (const one of removed.splice(0)) list.append(changedRow('list', one));
    const one = added.get(String(row.label));
    list.append(one ? changedRow('list', one) : rowOf('list', row));
  }
  for (const one of removed) list.append(changedRow('list', one));
}

function rowOf(type: Entry['type'], { label, value }: Row, kind = ''): HTMLElement {
  if (type === 'string') return el('div', `single ${kind}`, el('span', '', valueText(value) || '(empty)'));
  if (type === 'set') return el('div', `single ${kind}`, el('span', '', readable(label)));
  return el('div', kind, el('span', '', readable(label)), el('span', '', valueText(value)));
}

function changedRow(type: Entry['type'], { kind, label, before, after }: RowChange): HTMLElement {
  const both: Node[] = [];
  const isMember = type === 'set';
  if (before !== undefined) both.push(el('del', '', isMember ? readable(label) : valueText(before)));
  if (after !== undefined) both.push(el('ins', '', isMember ? readable(label) : valueText(after)));
  if (type === 'string' || isMember) return el('div', `single ${kind}`, el('span', '', ...both));
  return el('div', kind, el('span', '', readable(label)), el('span', '', ...both));
}
