// Every case of conformance/, through the package: the bytes and the fuel of the native engine.
//
// The native side writes what it answers, and the fuel it uses, with `cargo run -p redmoon-conformance -- --trace FILE`.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Engine } from '../dist/esm/engine.js';
import { Tag, viewOf, Reader, TEXT } from '../dist/esm/wire.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const trace = path.join(root, 'target/conformance/trace.jsonl');

// As conformance/src/here.rs has it.
const NOW = 1_700_000_000_000;
const FUEL = 400_000_000;
const MEMORY = 2 ** 30;

/** Makes the instance of an engine anew, with a client that has chosen its protocol. */
function fresh(engine, resp) {
  const size = engine.write((writer) => {
    writer.head(Tag.array, 10);
    writer.value(null);
    // The first seeds the keyspace as well: the native default.
    for (const seed of [0, 1, 2, 3]) writer.integer(seed);
    writer.integer(MEMORY);
    writer.value(FUEL);
    writer.integer(2);
    // Tracebacks must not change anything.
    writer.integer(1);
    writer.integer(0);
  });
  assert.equal(engine.use((exports) => engine.read(exports.create(size)).value(TEXT)), null);
  const peer = engine.write((writer) => {
    writer.text('');
    writer.text('');
  });
  const client = engine.use((exports) => exports.connect(peer, NOW));
  ask(engine, client, ['HELLO', String(resp)]);
  return client;
}

/** The raw reply to a command. */
function ask(engine, client, argv) {
  const request = argv.map((argument) => `$${argument.length}\r\n${argument}\r\n`).join('');
  const bytes = Buffer.from(`*${argv.length}\r\n${request}`, 'latin1');
  const size = engine.write((writer) => writer.raw(bytes));
  return engine.use((exports) => {
    exports.receive(client, size, NOW);
    let reply = '';
    for (;;) {
      const count = exports.outgoing(client);
      reply += Buffer.from(engine.bytes(count)).toString('latin1');
      const next = exports.next_ms();
      if (next === 0) exports.advance(NOW);
      else if (next > 0 && reply === '') exports.advance(Math.max(next, NOW));
      else return reply;
    }
  });
}

// What the addresses in texts are is nobody's business: `table: 0x...`.
const withoutAddresses = (text) => text.replace(/0x[0-9a-f]{8,16}/g, '0x').replace(/\$\d+\r\n(?=[^\r]*0x)/g, '$\r\n');

test('all cases give the native bytes and use the native fuel', async (t) => {
  const cargo = spawnSync('cargo', ['run', '--quiet', '-p', 'redmoon-conformance', '--', '--trace', trace], { cwd: root, stdio: 'inherit' });
  assert.equal(cargo.status, 0, 'the native side could not be played');
  const module = new WebAssembly.Module(readFileSync(path.join(root, 'npm/dist/redmoon.wasm')));
  let engine = new Engine(module);
  let cases = 0;
  let replies = 0;
  const wrong = [];
  for await (const line of createInterface({ input: createReadStream(trace) })) {
    const expected = JSON.parse(line);
    cases++;
    try {
      const client = fresh(engine, expected.resp);
      expected.cmds.forEach((argv, at) => {
        const reply = ask(engine, client, argv);
        const fuel = engine.use((exports) => exports.fuel_used());
        replies++;
        const isSame = reply === expected.replies[at] || withoutAddresses(reply) === withoutAddresses(expected.replies[at]);
        if (!isSame) wrong.push(`${expected.name} resp${expected.resp} [${argv.join(' ').slice(0, 200)}]: ${JSON.stringify(reply.slice(0, 200))} instead of ${JSON.stringify(expected.replies[at].slice(0, 200))}`);
        else if (fuel !== expected.fuel[at]) wrong.push(`${expected.name} resp${expected.resp} [${argv.join(' ').slice(0, 200)}]: fuel ${fuel} instead of ${expected.fuel[at]}`);
      });
    } catch (error) {
      wrong.push(`${expected.name} resp${expected.resp}: ${error}`);
      engine = new Engine(module);
    }
  }
  t.diagnostic(`${cases} cases with ${replies} replies, ${wrong.length} of them different`);
  assert.ok(cases > 14_000, `${cases} cases`);
  assert.deepEqual(wrong.slice(0, 20), []);
});
