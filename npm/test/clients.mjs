// The clients that tests drive, from `tests/clients`, and a real redis-server to compare with.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

/** Loads what is installed in `tests/clients`. */
export const require = createRequire(new URL('../../tests/clients/package.json', import.meta.url));

/** Waits until `condition` holds. */
export async function until(condition, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a real redis-server: `{ port, stop }`. Nothing where there is none, unless REDMOON_STRICT is set. */
export async function startReal() {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (data) => {
        text += data;
        if (/Ready to accept connections/.test(text)) resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${text}`)));
    });
  } catch (error) {
    if (error.code === 'ENOENT' && !process.env.REDMOON_STRICT) return undefined;
    throw error;
  }
  // A test that ends before its time leaves nothing behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = () =>
    new Promise((resolve) => {
      process.off('exit', kill);
      child.removeAllListeners('exit');
      child.once('exit', resolve);
      child.kill('SIGTERM');
    });
  return { port, stop };
}
