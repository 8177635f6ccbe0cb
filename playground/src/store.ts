// What is kept in the browser across reloads. A page without storage works, it forgets.

import { pack, unpack, type Work } from './work.js';

const WORK = 'redmoon.work';
const PREVIOUS = 'redmoon.previous';
const SETTINGS = 'redmoon.settings';

export interface Settings {
  theme: 'system' | 'light' | 'dark';
  form: 'cli' | 'json';
  pane: 'keyspace' | 'debugger' | 'bytecode';
}

function read(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

function write(name: string, value: unknown): boolean {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function readWork(name: string): Work | undefined {
  const kept = read(name) as { at?: unknown; work?: unknown } | null;
  if (!kept) return undefined;
  try {
    const { at, work } = kept;
    // Keys go on getting old while nobody looks.
    const now = typeof at === 'number' && at > 0 && at <= Date.now() ? at : Date.now();
    return unpack(work, now);
  } catch {
    return undefined;
  }
}

export function saveWork(work: Work): void {
  const at = Date.now();
  if (!write(WORK, { at, work: pack(work, at) })) write(WORK, { at, work: pack({ ...work, entries: [] }, at) });
}

export function loadWork(): Work | undefined {
  return readWork(WORK);
}

/** Puts what is there aside, for `loadPrevious`. */
export function setAside(): void {
  const kept = read(WORK);
  if (kept) write(PREVIOUS, kept);
}

export function loadPrevious(): Work | undefined {
  return readWork(PREVIOUS);
}

export function loadSettings(): Settings {
  const given = (read(SETTINGS) ?? {}) as Partial<Settings>;
  const one = <T extends string>(value: unknown, ...known: readonly [T, ...T[]]): T => (known.includes(value as T) ? (value as T) : known[0]);
  return {
    theme: one(given.theme, 'system', 'light', 'dark'),
    form: one(given.form, 'cli', 'json'),
    pane: one(given.pane, 'keyspace', 'debugger', 'bytecode'),
  };
}

export function saveSettings(settings: Settings): void {
  write(SETTINGS, settings);
}
