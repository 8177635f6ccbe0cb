// BullMQ's Queue, Worker and FlowProducer, end to end: its scripts, streams, and waiting for markers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FlowProducer, Job, Queue, QueueEvents, Worker } from "bullmq";
import { start, startReal, until } from "./server.mjs";

let server;
let connection;
const open = [];

before(async () => {
  server = await start();
  connection = { host: "127.0.0.1", port: server.port, maxRetriesPerRequest: null };
});
after(async () => {
  for (const thing of open.reverse()) await thing.close();
  await server.stop();
});

function make(Class, ...args) {
  const options = typeof args.at(-1) === "object" ? args.pop() : {};
  const thing = new Class(...args, { connection, ...options });
  open.push(thing);
  return thing;
}

test("hundreds of jobs are done once each", async () => {
  const queue = make(Queue, "many");
  const done = [];
  make(Worker, "many", async (job) => done.push(job.data.n) && job.data.n * 2, { concurrency: 20 });
  await queue.addBulk(Array.from({ length: 400 }, (_, n) => ({ name: "double", data: { n } })));
  await until(async () => (await queue.getCompletedCount()) === 400);
  assert.deepEqual(done.sort((a, b) => a - b), Array.from({ length: 400 }, (_, n) => n));
  const [job] = await queue.getCompleted(0, 0);
  assert.equal(job.returnvalue, job.data.n * 2);
  assert.deepEqual(await queue.getJobCounts("waiting", "active", "failed", "delayed"), {
    waiting: 0, active: 0, failed: 0, delayed: 0,
  });
});

test("a delayed job comes late, and not too late", async () => {
  const queue = make(Queue, "late");
  const times = {};
  make(Worker, "late", async (job) => { times[job.name] = Date.now(); });
  const begin = Date.now();
  await queue.add("later", {}, { delay: 400 });
  await queue.add("now", {});
  await until(() => times.later !== undefined);
  assert.ok(times.now - begin < 400, `now after ${times.now - begin}`);
  assert.ok(times.later - begin >= 395, `later after ${times.later - begin}`);
  assert.ok(times.later - begin < 5000, `later after ${times.later - begin}`);
});

test("a failed job is tried again, with a pause", async () => {
  const queue = make(Queue, "again");
  const tries = [];
  make(Worker, "again", async (job) => {
    tries.push(Date.now());
    if (tries.length < 3) throw new Error(`no ${job.attemptsMade}`);
    return "at last";
  });
  const job = await queue.add("stubborn", {}, { attempts: 3, backoff: { type: "fixed", delay: 100 } });
  await until(() => job.isCompleted());
  assert.equal(tries.length, 3);
  assert.ok(tries[2] - tries[0] >= 195);
  const failing = await queue.add("stubborn", {}, { attempts: 1 });
  await until(() => failing.isCompleted());
});

test("a job that fails for good is kept with its reason", async () => {
  const queue = make(Queue, "bad");
  make(Worker, "bad", async () => { throw new Error("out of luck"); });
  const job = await queue.add("x", {}, { attempts: 2 });
  await until(() => job.isFailed());
  const [failed] = await queue.getFailed();
  assert.equal(failed.failedReason, "out of luck");
  assert.equal(failed.attemptsMade, 2);
  await failed.remove();
  assert.equal(await queue.getFailedCount(), 0);
});

test("priorities come first", async () => {
  const queue = make(Queue, "first");
  await queue.pause();
  await queue.add("c", {}, { priority: 30 });
  await queue.add("a", {}, { priority: 1 });
  await queue.add("b", {}, { priority: 2 });
  await queue.add("none", {});
  const order = [];
  make(Worker, "first", async (job) => { order.push(job.name); });
  await queue.resume();
  await until(() => order.length === 4);
  assert.deepEqual(order, ["none", "a", "b", "c"]);
});

test("a rate limit holds", async () => {
  const queue = make(Queue, "slow");
  const times = [];
  make(Worker, "slow", async () => { times.push(Date.now()); }, { limiter: { max: 5, duration: 300 } });
  await queue.addBulk(Array.from({ length: 15 }, () => ({ name: "x", data: {} })));
  await until(() => times.length === 15);
  assert.ok(times[14] - times[0] >= 500, `15 jobs in ${times[14] - times[0]} ms`);
});

test("a flow: the parent runs when all children have", async () => {
  const results = [];
  make(Worker, "children", async (job) => job.data.n * 10);
  make(Worker, "parent", async (job) => {
    const values = Object.values(await job.getChildrenValues());
    results.push(values.sort((a, b) => a - b));
    return values.length;
  });
  const flow = make(FlowProducer);
  const tree = await flow.add({
    name: "sum",
    queueName: "parent",
    children: [1, 2, 3].map((n) => ({ name: "part", queueName: "children", data: { n } })),
  });
  await until(() => tree.job.isCompleted());
  assert.deepEqual(results, [[10, 20, 30]]);
});

test("events of a queue, and waiting for a job", async () => {
  const queue = make(Queue, "told");
  // From the very first event on, not from whenever the connection is there.
  const events = make(QueueEvents, "told", { lastEventId: "0-0" });
  await events.waitUntilReady();
  const seen = [];
  for (const name of ["added", "waiting", "active", "progress", "completed"]) {
    events.on(name, () => seen.push(name));
  }
  make(Worker, "told", async (job) => {
    await job.updateProgress(50);
    return "fine";
  });
  const job = await queue.add("x", {});
  assert.equal(await job.waitUntilFinished(events, 10_000), "fine");
  await until(() => seen.includes("completed"));
  assert.deepEqual(new Set(seen), new Set(["added", "waiting", "active", "progress", "completed"]));
});

test("repeated jobs, from a scheduler", async () => {
  const queue = make(Queue, "clock");
  let count = 0;
  make(Worker, "clock", async () => { count += 1; });
  await queue.upsertJobScheduler("tick", { every: 100 });
  await until(() => count >= 4);
  assert.equal(await queue.removeJobScheduler("tick"), true);
});

test("draining, cleaning, obliterating", async () => {
  const queue = make(Queue, "gone");
  await queue.addBulk(Array.from({ length: 50 }, (_, n) => ({ name: "x", data: { n } })));
  assert.equal(await queue.getWaitingCount(), 50);
  await queue.clean(0, 10, "wait");
  assert.equal(await queue.getWaitingCount(), 40);
  await queue.drain();
  assert.equal(await queue.getWaitingCount(), 0);
  await queue.obliterate({ force: true });
  assert.equal(await queue.getJobCountByTypes(), 0);
});

// What several hundred jobs of every kind come to: the same on `redmoon serve` as on redis-server. Times differ from
// run to run, so the story has what does not: who was done how often, in which order where there is one, with what.
async function hundreds(connection) {
  const things = [];
  const own = (Class, ...args) => {
    const options = typeof args.at(-1) === "object" ? args.pop() : {};
    const thing = new Class(...args, { connection, ...options });
    things.push(thing);
    return thing;
  };
  const numbers = (count) => Array.from({ length: count }, (_, n) => n);
  const counts = (queue) =>
    queue.getJobCounts("waiting", "active", "failed", "delayed", "completed", "prioritized", "waiting-children");
  const story = {};

  // Delayed: not before their time, and in its order.
  const later = own(Queue, "h-later");
  const order = [];
  const early = [];
  own(Worker, "h-later", async (job) => {
    order.push(job.data.n);
    if (Date.now() < job.timestamp + job.opts.delay - 5) early.push(job.data.n);
  });
  await later.addBulk(
    numbers(120).map((n) => ({ name: "x", data: { n }, opts: { delay: 300 + ((n * 7) % 120) * 4 } })),
  );
  await until(async () => (await later.getCompletedCount()) === 120);
  story.delayed = { done: order.toSorted((a, b) => a - b), early, counts: await counts(later) };

  // Retried: every third once, every seventh until it has no attempts left.
  const again = own(Queue, "h-again");
  const tries = {};
  own(Worker, "h-again", async (job) => {
    const { n } = job.data;
    tries[n] = (tries[n] ?? 0) + 1;
    if (n % 7 === 0) throw new Error(`never ${n}`);
    if (n % 3 === 0 && job.attemptsMade === 0) throw new Error(`not yet ${n}`);
    return n * 2;
  }, { concurrency: 10 });
  await again.addBulk(
    numbers(150).map((n) => ({
      name: "x",
      data: { n },
      opts: { attempts: 3, backoff: { type: n % 2 ? "fixed" : "exponential", delay: 20 } },
    })),
  );
  await until(async () => (await again.getCompletedCount()) + (await again.getFailedCount()) === 150);
  const byNumber = (a, b) => a[0] - b[0];
  story.retried = {
    tries,
    completed: (await again.getCompleted()).map((job) => [job.data.n, job.returnvalue, job.attemptsMade]).sort(byNumber),
    failed: (await again.getFailed()).map((job) => [job.data.n, job.failedReason, job.attemptsMade]).sort(byNumber),
    counts: await counts(again),
  };

  // Prioritised: those without first, then by number, and first in, first out among equals.
  const first = own(Queue, "h-first");
  await first.pause();
  await first.addBulk(
    numbers(200).map((n) => ({ name: "x", data: { n }, opts: n % 5 ? { priority: (n * 13) % 11 + 1 } : {} })),
  );
  const lined = (await first.getPrioritized()).map((job) => job.data.n);
  const served = [];
  own(Worker, "h-first", async (job) => { served.push(job.data.n); });
  await first.resume();
  await until(() => served.length === 200);
  await until(async () => (await first.getCompletedCount()) === 200);
  story.prioritised = { lined, served, counts: await counts(first) };

  // Rate-limited: never more than so many in any window.
  const slow = own(Queue, "h-slow");
  const times = [];
  own(Worker, "h-slow", async () => { times.push(Date.now()); }, { concurrency: 5, limiter: { max: 25, duration: 200 } });
  await slow.addBulk(numbers(100).map((n) => ({ name: "x", data: { n } })));
  await until(async () => (await slow.getCompletedCount()) === 100);
  story.limited = { held: times[99] - times[0] >= 3 * 200 - 20, counts: await counts(slow) };

  // Flows: three floors, forty times.
  own(Worker, "h-leaf", async (job) => job.data.n + 1, { concurrency: 5 });
  own(Worker, "h-knot", async (job) => {
    const values = Object.values(await job.getChildrenValues());
    return values.reduce((sum, value) => sum + value, 0);
  }, { concurrency: 5 });
  const flow = own(FlowProducer);
  const trees = await flow.addBulk(
    numbers(40).map((n) => ({
      name: "root",
      queueName: "h-knot",
      children: numbers(2).map((k) => ({
        name: "middle",
        queueName: "h-knot",
        children: numbers(3).map((l) => ({ name: "leaf", queueName: "h-leaf", data: { n: n * 6 + k * 3 + l } })),
      })),
    })),
  );
  await until(async () => (await Promise.all(trees.map((tree) => tree.job.isCompleted()))).every(Boolean));
  const roots = await Promise.all(trees.map((tree) => Job.fromId(own(Queue, "h-knot"), tree.job.id)));
  story.flows = {
    sums: roots.map((job) => job.returnvalue),
    knots: await counts(own(Queue, "h-knot")),
    leaves: await counts(own(Queue, "h-leaf")),
  };

  for (const thing of things.reverse()) await thing.close();
  return story;
}

test("hundreds delayed, retried, prioritised, rate-limited and in flows end as on redis-server", async (t) => {
  const ours = await hundreds(connection);
  assert.deepEqual(ours.delayed.early, []);
  assert.equal(ours.delayed.counts.completed, 120);
  assert.equal(ours.retried.counts.completed + ours.retried.counts.failed, 150);
  assert.deepEqual(ours.prioritised.served.slice(40), ours.prioritised.lined);
  assert.ok(ours.limited.held);
  assert.deepEqual(ours.flows.sums, Array.from({ length: 40 }, (_, n) => 36 * n + 21));
  const real = await startReal();
  if (!real) return t.diagnostic("no redis-server to compare with");
  try {
    assert.deepEqual(ours, await hundreds({ ...connection, port: real.port }));
  } finally {
    await real.stop();
  }
});
