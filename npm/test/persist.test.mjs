// redmoon/persist: when something is saved, where to, and what comes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redmoon } from '../dist/esm/node.js';
import { indexedDbStore, localStorageStore, persist } from '../dist/esm/persist.js';
import { until } from './clients.mjs';

/** A store that says what it is asked, and can be made to fail or to take its time. */
function fakeStore() {
  const kept = new Map();
  const store = {
    kept,
    saves: 0,
    fails: false,
    delayMs: 0,
    async get(key) {
      return kept.get(key);
    },
    async set(key, bytes) {
      if (store.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, store.delayMs));
      if (store.fails) throw new Error('the disk is full');
      store.saves++;
      kept.set(key, bytes);
    },
    async delete(key) {
      kept.delete(key);
    },
  };
  return store;
}

/** Something with a state of bytes, in the place of a Redmoon. */
class Fake {
  constructor(text = '') {
    this.text = text;
  }
  snapshot() {
    return new TextEncoder().encode(this.text);
  }
  dispose() {
    this.isDisposed = true;
  }
  static async restore(bytes, options) {
    return Object.assign(new Fake(new TextDecoder().decode(bytes)), { options });
  }
}

/** Snapshots of the keyspace's strings: enough to show when a real Redmoon is saved. */
function withSnapshots(redmoon) {
  redmoon.snapshot = () => new TextEncoder().encode(JSON.stringify(redmoon.call('KEYS', '*').map((key) => [key, redmoon.call('GET', key)])));
  return redmoon;
}

test('saved, and loaded into another one', async () => {
  const store = fakeStore();
  const one = persist(new Fake('state'), { store, autosave: false });
  assert.equal(await one.load(), false);
  await one.save();
  assert.deepEqual([...store.kept.keys()], ['redmoon']);
  const first = new Fake('fresh');
  const two = persist(first, { store, options: { seed: 1 } });
  assert.equal(await two.load(), true);
  assert.notEqual(two.redmoon, first);
  assert.ok(first.isDisposed);
  assert.deepEqual([two.redmoon.text, two.redmoon.options], ['state', { seed: 1 }]);
  await two.clear();
  assert.equal(await one.load(), false);
  await two.stop();
});

test('under names of their own', async () => {
  const store = fakeStore();
  for (const key of ['a', 'b']) await persist(new Fake(key), { store, key, autosave: false }).save();
  const kept = persist(new Fake(), { store, key: 'b', restore: async (bytes) => new Fake(`restored ${Buffer.from(bytes)}`) });
  await kept.load();
  assert.equal(kept.redmoon.text, 'restored b');
  await kept.stop();
});

test('many changes are saved once', async () => {
  const store = fakeStore();
  const fake = new Fake();
  const kept = persist(fake, { store, autosave: 20 });
  for (let n = 0; n < 10; n++) {
    fake.text = `${n}`;
    kept.changed();
  }
  assert.equal(store.saves, 0);
  await until(() => store.saves === 1);
  assert.equal(Buffer.from(store.kept.get('redmoon')).toString(), '9');
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(store.saves, 1);
  fake.text = 'last';
  kept.changed();
  await kept.stop();
  assert.equal(store.saves, 2);
  assert.equal(Buffer.from(store.kept.get('redmoon')).toString(), 'last');
  await kept.stop();
  assert.equal(store.saves, 2);
});

test('what runs on a Redmoon is saved by itself: commands, scripts, what connections do', async () => {
  const store = fakeStore();
  const redmoon = withSnapshots(await Redmoon.create());
  const kept = persist(redmoon, { store, autosave: 5 });
  const saved = () => JSON.parse(Buffer.from(store.kept.get('redmoon') ?? '[]').toString()).map(([key]) => key).sort().join('');
  // A snapshot that runs commands is a change itself: each step waits for its own key.
  redmoon.call('SET', 'a', '1');
  await until(() => saved() === 'a');
  redmoon.evalSync("redis.call('SET', 'b', '1')");
  await until(() => saved() === 'ab');
  await redmoon.eval("redis.call('SET', 'c', '1') for i = 1, 1e6 do end");
  await until(() => saved() === 'abc');
  redmoon.connection(() => {}).send('SET d 1\r\n');
  await until(() => saved() === 'abcd');
  redmoon.dispose();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await kept.stop().catch(() => {});
});

test('nothing is saved in the middle of a script', async () => {
  const store = fakeStore();
  const redmoon = await Redmoon.create();
  let wasRunning = false;
  redmoon.snapshot = () => {
    wasRunning ||= redmoon.internals.isRunning();
    return new Uint8Array(1);
  };
  const kept = persist(redmoon, { store, autosave: 1 });
  const run = redmoon.eval("redis.call('SET', 'k', 'v') for i = 1, 1e7 do end");
  await until(() => redmoon.internals.isRunning());
  kept.changed();
  await run;
  await until(() => store.saves > 0);
  assert.equal(wasRunning, false);
  await kept.stop();
  redmoon.dispose();
});

test('a failure is told, and what was not saved is saved later', async () => {
  const store = fakeStore();
  const errors = [];
  const kept = persist(new Fake('x'), { store, autosave: 1, onError: (error) => errors.push(error.message) });
  store.fails = true;
  kept.changed();
  await until(() => errors.length === 1);
  assert.deepEqual(errors, ['the disk is full']);
  await assert.rejects(kept.save(), /full/);
  store.fails = false;
  await kept.stop();
  assert.equal(store.saves, 1);
});

test('saves and loads take turns', async () => {
  const store = fakeStore();
  store.delayMs = 10;
  const fake = new Fake('one');
  const kept = persist(fake, { store, autosave: false });
  const first = kept.save();
  const load = kept.load();
  await first;
  assert.equal(await load, true);
  assert.equal(kept.redmoon.text, 'one');
});

test('in localStorage, as text', async () => {
  const items = new Map();
  const storage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => {
      if (text.length > 400_000) throw new Error('QuotaExceededError');
      items.set(key, text);
    },
    removeItem: (key) => items.delete(key),
  };
  const store = localStorageStore(storage);
  const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => at * 7);
  assert.equal(store.get('k'), undefined);
  store.set('k', bytes);
  assert.match(items.get('k'), /^[A-Za-z0-9+/=]+$/);
  assert.deepEqual(store.get('k'), bytes);
  assert.throws(() => store.set('k', new Uint8Array(400_000)), /no room for 400000 bytes/);
  store.delete('k');
  assert.equal(store.get('k'), undefined);
  assert.throws(() => persist(new Fake(), { store: 'localstorage' }), /no localStorage/);
});

test('in IndexedDB', async () => {
  const factory = fakeIndexedDb();
  const store = indexedDbStore(factory);
  assert.equal(await store.get('k'), undefined);
  await store.set('k', new Uint8Array([1, 2, 3]));
  assert.deepEqual(await store.get('k'), new Uint8Array([1, 2, 3]));
  assert.deepEqual(await indexedDbStore(factory).get('k'), new Uint8Array([1, 2, 3]));
  factory.isFull = true;
  await assert.rejects(async () => store.set('k', new Uint8Array(9)), /QuotaExceeded/);
  factory.isFull = false;
  await store.delete('k');
  assert.equal(await store.get('k'), undefined);
  assert.equal(factory.opened, 2);
  factory.isBlocked = true;
  await assert.rejects(async () => indexedDbStore(factory).get('k'), /blocked/);
  assert.throws(() => persist(new Fake(), { store: 'indexeddb' }), /no IndexedDB/);
});

/** As much of IndexedDB as is used: requests that answer later, and transactions that end or abort. */
function fakeIndexedDb() {
  const stores = new Map();
  const factory = { opened: 0, isFull: false, isBlocked: false };
  const later = (request, work) => {
    queueMicrotask(() => {
      try {
        request.result = work();
        request.onsuccess?.();
      } catch (error) {
        request.error = error;
        request.onerror?.();
      }
    });
    return request;
  };
  const transaction = (name) => {
    const own = {};
    const step = (work) =>
      later({}, () => {
        const result = work();
        queueMicrotask(() => own.oncomplete?.());
        return result;
      });
    own.objectStore = () => ({
      get: (key) => step(() => stores.get(name).get(key)),
      delete: (key) => step(() => void stores.get(name).delete(key)),
      put: (value, key) => {
        if (!factory.isFull) return step(() => void stores.get(name).set(key, structuredClone(value)));
        own.error = new Error('QuotaExceeded');
        queueMicrotask(() => own.onabort?.());
        return {};
      },
    });
    return own;
  };
  factory.open = () => {
    factory.opened++;
    const database = { createObjectStore: (name) => stores.set(name, new Map()), transaction, close() {} };
    const request = {};
    return later(request, () => {
      if (factory.isBlocked) throw new Error('blocked');
      request.result = database;
      if (stores.size === 0) request.onupgradeneeded();
      return database;
    });
  };
  return factory;
}
