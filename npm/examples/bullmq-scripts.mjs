// The scripts of BullMQ, taken from its package: all are loaded, and a job goes through some of them, without a Redis.

import { createRequire } from 'node:module';
import { Redmoon } from 'redmoon';

// Each is `{ name, content, keys }`; BullMQ hands them to ioredis's `defineCommand`, which ours resembles.
const scripts = createRequire(import.meta.url)('bullmq/dist/cjs/scripts');

const rm = await Redmoon.create({ now: () => 1_700_000_000_000 });
const commands = {};
for (const { name, content, keys } of Object.values(scripts)) {
  rm.scriptLoad(content);
  commands[name] = rm.defineCommand(`bull:${name}`, { lua: content, numberOfKeys: keys });
}
console.log('all are loaded:', rm.memory().scripts >= 50);

// BullMQ packs arguments with MessagePack; Redis's own library does it here, in Lua.
const pack = async (lua) => (await rm.lua(`return cmsgpack.pack(${lua})`, { bytes: true })).values[0];

const prefix = 'bull:letters:';
const key = (name) => prefix + name;
const token = 'a worker';

const id = await commands.addStandardJob(
  ...['wait', 'paused', 'meta', 'id', 'completed', 'delayed', 'active', 'events', 'marker'].map(key),
  await pack(`{'${prefix}', '', 'send', 1700000000000}`),
  JSON.stringify({ to: 'the moon' }),
  await pack('{attempts = 1}'),
);
console.log('job', id);
console.log('waiting:', await commands.getCounts(prefix, 'wait', 'active'));

const [fields] = await commands.moveToActive(
  ...['wait', 'active', 'prioritized', 'events', 'stalled', 'limiter', 'delayed', 'paused', 'meta', 'pc', 'marker'].map(key),
  prefix,
  1_700_000_000_000,
  await pack(`{token = '${token}', lockDuration = 30000}`),
);
console.log('data:', fields[fields.indexOf('data') + 1]);
console.log('active:', await commands.getCounts(prefix, 'wait', 'active'));
console.log('locked by', rm.call('GET', `${prefix}${id}:lock`));
rm.dispose();

// Prints:
//   all are loaded: true
//   job 1
//   waiting: [ 1, 0 ]
//   data: {"to":"the moon"}
//   active: [ 0, 1 ]
//   locked by a worker
