// The types, as users of the package meet them: by its name, under every way of resolving that TypeScript has for them.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { equal } from './specs/assert.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (...parts) => path.join(root, 'node_modules', ...parts);
const folder = mkdtempSync(path.join(tmpdir(), 'redmoon-types-'));
after(() => rmSync(folder, { recursive: true, force: true }));

// The package as it is published, without what is installed for its own sake.
const installed = path.join(folder, 'node_modules/redmoon');
mkdirSync(installed, { recursive: true });
cpSync(path.join(root, 'dist'), path.join(installed, 'dist'), { recursive: true });
cpSync(path.join(root, 'package.json'), path.join(installed, 'package.json'));
for (const name of ['@types', 'undici-types', 'ioredis', '@ioredis', 'redis', '@redis']) {
  try {
    symlinkSync(bin(name), path.join(folder, 'node_modules', name));
  } catch {
    // It is not there.
  }
}
writeFileSync(path.join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
for (const name of readdirSync(path.join(root, 'test/types'))) cpSync(path.join(root, 'test/types', name), path.join(folder, name));

// Our own declarations are checked where the most, and where the least is known.
const COMMON = { target: 'ES2022', strict: true, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
const DISPOSABLE = ['ES2022', 'ESNext.Disposable'];
const ALL = ['api.ts', 'parts.ts', 'wasm.ts', 'common.cts'];

const SETTINGS = {
  'node16, for Node': [{ skipLibCheck: false, module: 'node16', moduleResolution: 'node16', lib: DISPOSABLE, types: ['node'] }, ALL],
  'nodenext, for Node': [{ module: 'nodenext', moduleResolution: 'nodenext', lib: [...DISPOSABLE, 'DOM'], types: ['node'] }, ALL],
  'bundler, for browsers': [{ skipLibCheck: false, module: 'esnext', moduleResolution: 'bundler', lib: [...DISPOSABLE, 'DOM', 'DOM.Iterable'], types: [] }, ['api.ts', 'wasm.ts']],
  'bundler, for workers': [{ module: 'esnext', moduleResolution: 'bundler', lib: [...DISPOSABLE, 'WebWorker'], types: [], customConditions: ['worker'] }, ['api.ts', 'wasm.ts']],
  'bundler, for workerd': [{ module: 'esnext', moduleResolution: 'bundler', lib: [...DISPOSABLE, 'WebWorker'], types: [], customConditions: ['workerd'] }, ['api.ts', 'wasm.ts']],
};

for (const [name, [compilerOptions, files]] of Object.entries(SETTINGS)) {
  test(`types: ${name}`, () => {
    const project = path.join(folder, `tsconfig.${name.replace(/\W+/g, '-')}.json`);
    writeFileSync(project, JSON.stringify({ compilerOptions: { ...COMMON, ...compilerOptions }, files }));
    const { stdout } = spawnSync(process.execPath, [bin('typescript/bin/tsc'), '-p', project], { cwd: folder, encoding: 'utf8' });
    equal(stdout, '');
  });
}

test('types: publint has no complaint', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [bin('publint/src/cli.js'), '--strict', '--pack', 'npm', root], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout + stderr);
});

test('types: arethetypeswrong finds nothing wrong', () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [bin('@arethetypeswrong/cli/dist/index.js'), '--pack', root, '--profile', 'node16', '--exclude-entrypoints', 'redmoon.wasm', 'redmoon-tools.wasm', '--format', 'ascii', '--no-color'],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stdout + stderr);
});
