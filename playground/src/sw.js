// The service worker: keeps the page, so that it opens without a network. The build fills in the names of its files.

const VERSION = '__VERSION__';
const FILES = __FILES__;
const PREFIX = 'redmoon-playground-';
const CACHE = PREFIX + VERSION;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(FILES);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      // A page that is open may still need the files of the version before.
      const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
      for (const name of names.slice(0, -1)) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(
    (async () => {
      const wanted = request.mode === 'navigate' ? new URL('./', self.registration.scope).href : request;
      const cache = await caches.open(CACHE);
      return (await cache.match(wanted, { ignoreSearch: true })) ?? (await caches.match(request)) ?? fetch(request);
    })(),
  );
});
