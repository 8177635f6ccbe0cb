// The examples do what stands at their ends.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Redmoon } from '../dist/esm/node.js';
import { hasChromium, launch, openPage, serve } from './chromium.mjs';
import { equal, ok } from './specs/assert.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'examples');

/** What a program says that it prints. */
function promised(source) {
  const [, lines] = source.split('\n// Prints:\n');
  return lines?.trimEnd().split('\n').map((line) => line.replace(/^\/\/ {3}/, '')).join('\n');
}

async function printed(...args) {
  const { stdout } = await run(process.execPath, args, { cwd: root, timeout: 60_000 });
  return stdout.trimEnd();
}

for (const name of readdirSync(folder).filter((name) => name.endsWith('.mjs'))) {
  const expected = promised(readFileSync(path.join(folder, name), 'utf8'));
  if (expected === undefined) continue;
  test(`examples: ${name}`, { timeout: 60_000 }, async () => equal(await printed(path.join(folder, name)), expected));
}

const testSnapshots = 'restore' in Redmoon ? test : () => {};
testSnapshots('examples: counter.mjs goes on where it was', async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'redmoon-counter-'));
  try {
    const file = path.join(place, 'counter');
    equal(await printed(path.join(folder, 'counter.mjs'), file), 'count: 1\ncount: 2\ncount: 3');
    ok(existsSync(file));
    equal(await printed(path.join(folder, 'counter.mjs'), file), 'count: 4\ncount: 5\ncount: 6');
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

test('examples: worker.mjs', async () => {
  const { default: worker } = await import('../examples/worker.mjs');
  const ask = async (body, query = '') => {
    const response = await worker.fetch(new Request(`http://localhost/${query}`, { method: 'POST', body }));
    return [response.status, await response.json()];
  };
  const [status, { reply, fuel }] = await ask("return 'hello, ' .. ARGV[1]", '?name=moon');
  equal([status, reply], [200, 'hello, moon']);
  ok(fuel > 0);
  const [badStatus, bad] = await ask("return 1 + nil");
  equal([badStatus, bad.kind, bad.line], [400, 'script', 1]);
  const [endless, { kind }] = await ask('while true do end');
  equal([endless, ['time', 'fuel'].includes(kind)], [429, true]);
  equal((await worker.fetch(new Request('http://localhost/'))).status, 405);
});

test('examples: page.html', { skip: hasChromium ? false : 'there is no Chromium', timeout: 60_000 }, async () => {
  const server = await serve(root);
  const browser = await launch();
  try {
    const { page, problems } = await openPage(browser, server.origin);
    await page.goto(`${server.origin}/examples/page.html`);
    const shows = (text) => page.waitForFunction((wanted) => document.querySelector('#reply').textContent.includes(wanted), text, { timeout: 20_000 });
    await shows('["1","Lua 5.1"]');
    await page.click('#run');
    await shows('["2","Lua 5.1"]');
    await page.fill('#script', 'local a\nerror("no luck")');
    await page.click('#run');
    await shows('> 2 | error("no luck")');
    equal(problems, []);
  } finally {
    await browser.close();
    await server.close();
  }
});
