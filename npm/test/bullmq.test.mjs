// BullMQ on a server from the package alone: through its port, and without a socket.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createServer, ioredisOptions } from '../dist/esm/server.js';
import { require, until } from './clients.mjs';

const { Queue, QueueEvents, Worker } = require('bullmq');

const ways = {
  port: (server) => ({ host: server.host, port: server.port }),
  stream: (server) => ioredisOptions(server),
};
const numbers = (count) => Array.from({ length: count }, (_, n) => n);

for (const [way, optionsOf] of Object.entries(ways)) {
  describe(way, () => {
    let server;
    const open = [];
    const make = (Class, name, ...args) => {
      const options = typeof args.at(-1) === 'object' ? args.pop() : {};
      const connection = { ...optionsOf(server), maxRetriesPerRequest: null };
      const thing = new Class(name, ...args, { connection, ...options });
      thing.on('error', () => {});
      open.push(thing);
      return thing;
    };
    before(async () => {
      server = await createServer();
    });
    after(async () => {
      for (const thing of open.reverse()) await thing.close();
      await server.close();
    });

    test('dozens of jobs are done once each', async () => {
      const queue = make(Queue, 'many');
      const done = [];
      make(Worker, 'many', async (job) => done.push(job.data.n) && job.data.n * 2, { concurrency: 10 });
      await queue.addBulk(numbers(80).map((n) => ({ name: 'double', data: { n } })));
      await until(async () => (await queue.getCompletedCount()) === 80);
      assert.deepEqual(done.sort((a, b) => a - b), numbers(80));
      const [job] = await queue.getCompleted(0, 0);
      assert.equal(job.returnvalue, job.data.n * 2);
      const counts = await queue.getJobCounts('waiting', 'active', 'failed', 'delayed');
      assert.deepEqual(counts, { waiting: 0, active: 0, failed: 0, delayed: 0 });
    });

    test('delayed jobs come late, and not too late', async () => {
      const queue = make(Queue, 'late');
      const late = [];
      make(Worker, 'late', async (job) => {
        late.push(Date.now() - job.timestamp - job.delay);
      });
      await queue.addBulk(numbers(24).map((n) => ({ name: 'x', data: {}, opts: { delay: 50 + n * 10 } })));
      await until(() => late.length === 24);
      assert.ok(Math.min(...late) >= -5 && Math.max(...late) < 5000, late.join(' '));
    });

    test('failed jobs are tried again', async () => {
      const queue = make(Queue, 'again');
      const tries = new Map();
      make(Worker, 'again', async (job) => {
        const count = (tries.get(job.id) ?? 0) + 1;
        tries.set(job.id, count);
        if (count <= job.data.failures) throw new Error(`no ${count}`);
      }, { concurrency: 5 });
      await queue.addBulk(numbers(24).map((n) => ({
        name: 'x',
        data: { failures: n % 4 },
        opts: { attempts: 3, backoff: { type: 'fixed', delay: 10 } },
      })));
      await until(async () => {
        const { completed, failed } = await queue.getJobCounts('completed', 'failed');
        return completed + failed === 24;
      });
      assert.equal(await queue.getFailedCount(), 6);
      const [failed] = await queue.getFailed();
      assert.equal(failed.failedReason, 'no 3');
      assert.deepEqual([...tries.values()].reduce((sum, count) => sum + count, 0), 6 * (1 + 2 + 3 + 3));
    });

    test('priorities come first', async () => {
      const queue = make(Queue, 'first');
      await queue.pause();
      await queue.addBulk(numbers(30).map((n) => ({ name: 'x', data: { n }, opts: { priority: 1 + ((n * 7) % 30) } })));
      await queue.add('x', { n: -1 });
      const order = [];
      make(Worker, 'first', async (job) => {
        order.push(job.data.n === -1 ? 0 : job.opts.priority);
      });
      await queue.resume();
      await until(() => order.length === 31);
      assert.deepEqual(order, numbers(31));
    });

    test('events, and waiting for a job', async () => {
      const queue = make(Queue, 'told');
      const events = make(QueueEvents, 'told', { lastEventId: '0-0' });
      await events.waitUntilReady();
      const seen = new Set();
      for (const name of ['added', 'active', 'progress', 'completed']) events.on(name, () => seen.add(name));
      make(Worker, 'told', async (job) => {
        await job.updateProgress(50);
        return 'fine';
      });
      const job = await queue.add('x', {});
      assert.equal(await job.waitUntilFinished(events, 10_000), 'fine');
      await until(() => seen.size === 4);
    });
  });
}
