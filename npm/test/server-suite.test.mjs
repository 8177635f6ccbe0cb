// Everything that clients are tested with on `redmoon serve` (tests/clients), on the server of the package: ioredis, node-redis, and
// BullMQ, of which what becomes of hundreds of jobs is compared with what becomes of them on a real redis-server.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const clients = fileURLToPath(new URL('../../tests/clients/', import.meta.url));
const program = fileURLToPath(new URL('serve.mjs', import.meta.url));

for (const name of readdirSync(clients).filter((name) => name.endsWith('.test.mjs'))) {
  test(name, { timeout: 180_000, skip: process.platform === 'win32' }, async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(process.execPath, ['--test', name], { cwd: clients, env: { ...env, REDMOON: program }, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(status, 0, output);
    assert.match(output, /^# pass [1-9]/m);
  });
}
