// BullMQ's Queue, Worker and FlowProducer, end to end: its scripts, streams, and waiting for markers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FlowProducer, Queue, QueueEvents, Worker } from "bullmq";
import { start, until } from "./server.mjs";

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
