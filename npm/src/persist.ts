// Keeps a Redmoon where it is found again: across reloads of a page, or restarts of a process.

import type { CreateOptions, Redmoon } from './redmoon.js';

/** Where bytes are kept under a name; promises are awaited. A `Map` is one. */
export interface Store {
  /** What is kept; nothing when nothing is. */
  get(key: string): PromiseLike<Uint8Array | undefined> | Uint8Array | undefined;
  set(key: string, bytes: Uint8Array): unknown;
  delete(key: string): unknown;
}

/** What `persist` needs of a Redmoon. */
export interface Persistent {
  snapshot(): Uint8Array;
}

/** How a Redmoon is kept. */
export interface PersistOptions<R extends Persistent = Redmoon & Persistent> {
  /** Where: in the browser's IndexedDB or localStorage (text of at most some megabytes), or anywhere else. */
  store: 'indexeddb' | 'localstorage' | Store;
  /** The name under which it is kept; `redmoon` unless told otherwise. */
  key?: string;
  /**
   * Milliseconds after a change until it is saved; further changes in that time are saved with it. 1000 unless told otherwise;
   * `false` leaves saving to `save`. A page that is hidden saves at once.
   */
  autosave?: number | false;
  /** Told when saving by itself has failed. Without it, the error is thrown where nothing catches it. */
  onError?: (error: unknown) => void;
  /** What a saved Redmoon is restored with: its `host`, `log`, `wasm` and so on, which are not saved. */
  options?: CreateOptions;
  /** Restores a Redmoon; `Redmoon.restore` unless told otherwise. */
  restore?: (bytes: Uint8Array, options?: CreateOptions) => Promise<R>;
}

/** Keeps a Redmoon: `persist` makes one. */
export class Persistence<R extends Persistent = Redmoon & Persistent> {
  readonly key: string;
  readonly #store: Store;
  readonly #settings: PersistOptions<R>;
  #redmoon: R;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unlisten: (() => void) | undefined;
  /** Something has been run since it was saved last. */
  #isChanged = false;
  /** The end of the saves and loads in progress: they take turns. */
  #line: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(redmoon: R, settings: PersistOptions<R>) {
    const { store, key = 'redmoon' } = settings;
    this.key = key;
    this.#store = store === 'indexeddb' ? indexedDbStore() : store === 'localstorage' ? localStorageStore() : store;
    this.#settings = settings;
    this.#redmoon = redmoon;
    this.#listen();
  }

  /** The Redmoon that is kept; another one after `load`. */
  get redmoon(): R {
    return this.#redmoon;
  }

  /** Saves it now. A Redmoon is saved between its runs: one that is in progress makes this fail. */
  save(): Promise<void> {
    this.#stopTimer();
    return this.#inTurn(async () => {
      const bytes = this.#redmoon.snapshot();
      this.#isChanged = false;
      try {
        await this.#store.set(this.key, bytes);
      } catch (error) {
        this.#isChanged = true;
        throw error;
      }
    });
  }

  /**
   * Puts what was saved last in the place of the Redmoon, which is disposed of; `redmoon` is the new one from then on. Nothing
   * happens, and `false` comes back, when nothing was saved. Bytes that are no snapshot, or of another version, are an error.
   */
  load(): Promise<boolean> {
    return this.#inTurn(async () => {
      const bytes = await this.#store.get(this.key);
      if (!bytes) return false;
      const restored = await this.#restore(bytes);
      this.#forget();
      (this.#redmoon as { dispose?: () => void }).dispose?.();
      this.#redmoon = restored;
      this.#listen();
      return true;
    });
  }

  /** Forgets what was saved. */
  clear(): Promise<void> {
    this.#stopTimer();
    return this.#inTurn(async () => {
      await this.#store.delete(this.key);
    });
  }

  /** Ends saving by itself, after having saved what is not saved yet. */
  async stop(): Promise<void> {
    const isUnsaved = this.#isChanged && this.#settings.autosave !== false;
    this.#forget();
    if (isUnsaved) await this.save();
    else await this.#line;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #restore(bytes: Uint8Array): Promise<R> {
    const { restore, options } = this.#settings;
    if (restore) return restore(bytes, options);
    const type = this.#redmoon.constructor as unknown as { restore(bytes: Uint8Array, options?: CreateOptions): Promise<R> };
    return type.restore(bytes, options);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#line.then(work);
    this.#line = mine.catch(() => {});
    return mine;
  }

  /** Notes changes from now on. */
  #listen(): void {
    const { autosave } = this.#settings;
    if (autosave === false) return;
    const { internals } = this.#redmoon as Partial<Pick<Redmoon, 'internals'>>;
    const unlisten = internals?.onChange(() => this.changed());
    const page = globalThis.document as Document | undefined;
    const onHide = () => {
      if (page?.visibilityState !== 'hidden' || !this.#isChanged) return;
      this.#stopTimer();
      void this.#autosave();
    };
    page?.addEventListener('visibilitychange', onHide);
    this.#unlisten = () => {
      unlisten?.();
      page?.removeEventListener('visibilitychange', onHide);
    };
  }

  #forget(): void {
    this.#stopTimer();
    this.#isChanged = false;
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  /** Says that something has changed that a Redmoon does not notice itself, such as an external table. It is saved soon. */
  changed(): void {
    const { autosave = 1000 } = this.#settings;
    this.#isChanged = true;
    if (autosave === false || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#autosave();
    }, autosave);
    // Saving is no reason for a process to go on.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  async #autosave(): Promise<void> {
    if (this.#isDisposed()) {
      this.#forget();
      return;
    }
    // A snapshot has no place for runs in progress.
    if (this.#isBusy()) {
      this.changed();
      return;
    }
    try {
      await this.save();
    } catch (error) {
      const { onError } = this.#settings;
      if (!onError) throw error;
      onError(error);
    }
  }

  #isDisposed(): boolean {
    const { internals } = this.#redmoon as Partial<Pick<Redmoon, 'internals'>>;
    return internals?.engine.isOpen === false;
  }

  #isBusy(): boolean {
    const { internals, memory } = this.#redmoon as Partial<Pick<Redmoon, 'internals' | 'memory'>>;
    if (!internals) return false;
    const isOfConnection = internals.engine.use((exports) => exports.is_running()) !== 0;
    return internals.isRunning() || isOfConnection || (memory?.call(this.#redmoon).inFlight ?? 0) > 0;
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * Keeps a Redmoon: saves it some time after every change, and gets it back.
 *
 *     const kept = persist(await Redmoon.create(), { store: 'indexeddb' });
 *     await kept.load();
 *     kept.redmoon.call('INCR', 'visits');
 */
export function persist<R extends Persistent = Redmoon & Persistent>(redmoon: R, settings: PersistOptions<R>): Persistence<R> {
  return new Persistence(redmoon, settings);
}

// ---- stores ----------------------------------------------------------------------------------------

const DATABASE = 'redmoon';
const SNAPSHOTS = 'snapshots';

/** Keeps bytes in IndexedDB, in a database of the name `redmoon`. Another `IDBFactory` than that of the page may be given. */
export function indexedDbStore(indexedDb: object | undefined = globalThis.indexedDB): Store {
  const factory = indexedDb as IDBFactory | undefined;
  if (!factory) throw new TypeError('there is no IndexedDB here: give persist a store of your own');
  let opened: Promise<IDBDatabase> | undefined;
  const open = async (): Promise<IDBDatabase> => {
    const request = factory.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(SNAPSHOTS);
    const database = await result(request);
    // Another page wants to change it, or the browser has closed it: opened again when needed.
    const forget = () => {
      database.close();
      opened = undefined;
    };
    database.onversionchange = forget;
    database.onclose = forget;
    return database;
  };
  const use = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    const transaction = (await opened).transaction(SNAPSHOTS, mode);
    const request = work(transaction.objectStore(SNAPSHOTS));
    if (mode === 'readonly') return result(request);
    // It is kept once the transaction is through, which may fail for lack of room.
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the browser has not kept it'));
    });
    return request.result;
  };
  return {
    async get(key) {
      const kept: unknown = await use('readonly', (store) => store.get(key) as IDBRequest<unknown>);
      return kept instanceof ArrayBuffer || ArrayBuffer.isView(kept) ? bytesOf(kept) : undefined;
    },
    async set(key, bytes) {
      await use('readwrite', (store) => store.put(bytes, key));
    },
    async delete(key) {
      await use('readwrite', (store) => store.delete(key));
    },
  };
}

function bytesOf(kept: ArrayBuffer | ArrayBufferView): Uint8Array {
  return kept instanceof ArrayBuffer ? new Uint8Array(kept) : new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength);
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB has failed'));
  });
}

/** What is needed of a `Storage`: localStorage, sessionStorage. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): unknown;
  removeItem(key: string): unknown;
}

/** Keeps bytes in localStorage, as text (base64). Browsers give a page some 5 MB there. */
export function localStorageStore(storage: TextStorage | undefined = globalThis.localStorage): Store {
  if (!storage) throw new TypeError('there is no localStorage here: give persist a store of your own');
  return {
    get(key) {
      const text = storage.getItem(key);
      return text === null ? undefined : Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
    },
    set(key, bytes) {
      let text = '';
      // As many arguments as every engine takes.
      for (let at = 0; at < bytes.length; at += 0x2000) text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
      try {
        storage.setItem(key, btoa(text));
      } catch (error) {
        throw new Error(`localStorage has no room for ${bytes.length} bytes: IndexedDB has`, { cause: error });
      }
    },
    delete(key) {
      storage.removeItem(key);
    },
  };
}
