// The types of redmoon/server and its neighbours fit those of the clients.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

test('types', (t) => {
  // Inside the package, so that it is found by its name; with the clients beside it.
  const folder = mkdtempSync(path.join(here, '.types-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(path.join(here, '../../tests/clients/node_modules'), path.join(folder, 'node_modules'));
  cpSync(path.join(here, 'types/server.mts'), path.join(folder, 'server.mts'));
  const compilerOptions = {
    target: 'ES2022',
    module: 'NodeNext',
    // Without DOM, as on servers.
    lib: ['ES2023', 'ESNext.Disposable'],
    types: ['node'],
    typeRoots: ['../../node_modules/@types'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    // The clients' own declarations are not ours to check.
    skipLibCheck: true,
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['server.mts'] }));
  const tsc = path.join(here, '../node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
