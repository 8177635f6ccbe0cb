// The package's page: every block that can run here is run, and prints what it says.
//
// What a block prints stands behind `console.log(…); //`, or in comments on the lines that follow.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { Redmoon } from '../dist/esm/node.js';
import { startReal } from './clients.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const readme = readFileSync(path.join(here, '../README.md'), 'utf8');

/** The blocks that do not run here, by the word behind `js`: `pack.test.mjs` does what those for browsers do. */
const NOT_HERE = ['browser', 'vitest'];

// Inside the package, so that its blocks find it by name; with the clients beside them.
const folder = mkdtempSync(path.join(here, '.readme-'));
symlinkSync(path.join(here, '../../tests/clients/node_modules'), path.join(folder, 'node_modules'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a block says that it prints. */
function expectedOf(code) {
  const lines = [];
  let isOpen = false;
  for (const line of code.split('\n')) {
    const printed = /console\.log\(.*\);? \/\/ (.*)$/.exec(line);
    const more = /^\s*\/\/ (.*)$/.exec(line);
    if (printed) lines.push(printed[1]);
    else if (more && isOpen) lines.push(more[1]);
    isOpen = /console\.log\(/.test(line) || (isOpen && (more !== null || line === '}'));
  }
  return lines.map((line) => line.trim());
}

const blocks = [...readme.matchAll(/^```js ?(.*)\n([^]*?)^```$/gm)].map(([, mark, code]) => ({ mark: mark.split(' ')[0], code }));

test('the page has blocks that run', () => {
  assert.ok(blocks.filter(({ mark }) => mark === '').length >= 12);
});

for (const [at, { mark, code }] of blocks.entries()) {
  const name = `block ${at + 1}: ${code.split('\n').findLast((line) => line.startsWith('import'))}`;
  if (NOT_HERE.includes(mark)) {
    test(`${name}, as far as it can be read`, () => transform(code, { format: 'esm' }));
    continue;
  }
  // There are no snapshots yet.
  if (mark === 'snapshot' && !('snapshot' in Redmoon.prototype)) continue;
  test(name, { timeout: 60_000 }, async (t) => {
    const real = mark === 'redis' ? await startReal() : undefined;
    if (mark === 'redis' && !real) return t.skip('no redis-server');
    t.after(() => real?.stop());
    const file = path.join(folder, `${at + 1}.mjs`);
    writeFileSync(file, code.replace('new Redis()', `new Redis(${real?.port})`));
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_TEST_CONTEXT: '' } });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(status, 0, `${output.stdout}${output.stderr}`);
    const isTest = code.includes("from 'node:test'");
    if (isTest) assert.match(output.stdout, /pass [1-9]/);
    else assert.deepEqual(output.stdout.trimEnd().split('\n').map((line) => line.trim()), expectedOf(code));
  });
}
