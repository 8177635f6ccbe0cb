// The specs in a browser: in a page, and in a Web Worker.

import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasChromium, launch, openPage, serve } from './chromium.mjs';
import { equal } from './specs/assert.mjs';

const skip = hasChromium ? false : 'there is no Chromium';
let browser;
let server;

before(async () => {
  if (skip) return;
  server = await serve(fileURLToPath(new URL('..', import.meta.url)));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Hands each result that the page reports to a test of its own. */
async function runIn(t, start) {
  const { page, problems } = await openPage(browser, server.origin);
  const results = [];
  let wake = () => {};
  await page.exposeFunction('report', (result) => {
    results.push(result);
    wake();
  });
  await page.goto(`${server.origin}/test/browser/page.html`);
  const done = page.evaluate(start).then(
    () => results.push('done'),
    (error) => results.push({ name: 'the page', error: String(error) }, 'done'),
  );
  done.then(() => wake());
  for (let at = 0; results[at] !== 'done'; at++) {
    while (at === results.length) await new Promise((resolve) => (wake = resolve));
    if (results[at] === 'done') break;
    const { name, error } = results[at];
    await t.test(name, () => {
      if (error) throw new Error(error);
    });
  }
  equal(problems, []);
  await page.close();
}

test('in a page', { skip, timeout: 180_000 }, (t) =>
  runIn(t, async () => {
    const { run } = await import('/test/browser/run.mjs');
    const reports = [];
    await run((result) => reports.push(globalThis.report(result)));
    await Promise.all(reports);
  }),
);

test('in a Web Worker', { skip, timeout: 180_000 }, (t) =>
  runIn(t, async () => {
    const worker = new Worker('/test/browser/run.mjs', { type: 'module' });
    const reports = [];
    await new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => (data === 'done' ? resolve() : reports.push(globalThis.report(data)));
    });
    await Promise.all(reports);
    worker.terminate();
  }),
);

test('in a page without `wasm`', { skip }, async () => {
  const { page } = await openPage(browser, server.origin);
  await page.goto(`${server.origin}/test/browser/page.html`);
  const before = server.requests.length;
  const [error, sync] = await page.evaluate(async () => {
    const { Redmoon } = await import('/dist/esm/browser.js');
    let sync;
    try {
      Redmoon.createSync();
    } catch (thrown) {
      sync = thrown.message;
    }
    return [await Redmoon.create().catch((thrown) => thrown.message), sync];
  });
  for (const text of [error, sync]) equal(text.startsWith('where redmoon.wasm is has to be said here: Redmoon.create({ wasm }) takes'), true);
  equal(server.requests.slice(before).filter((path) => path.endsWith('.wasm')), [], 'nothing was fetched');
  await page.close();
});
