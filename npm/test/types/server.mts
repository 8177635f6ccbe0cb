// What TypeScript makes of the server, its clients, hosts and persistence: checked, not run.

import { Redis, Cluster } from 'ioredis';
import { Queue } from 'bullmq';
import { createClient, createClientPool } from 'redis';
import { Redmoon, type Connection } from 'redmoon';
import { createServer, ioredisOptions, nodeRedisOptions, listen, connect, type Server } from 'redmoon/server';
import { ioredisHost } from 'redmoon/ioredis';
import { nodeRedisHost } from 'redmoon/node-redis';
import { persist, type Store } from 'redmoon/persist';

await using server: Server = await createServer({ port: 0, password: 'x', limits: { timeMs: 3 } });
const { port, close, url } = server;
const redis = new Redis(ioredisOptions(server));
const redis2 = new Redis({ ...ioredisOptions(server), db: 3, maxRetriesPerRequest: null });
const queue = new Queue('x', { connection: { ...ioredisOptions(server), maxRetriesPerRequest: null } });
const client = createClient(nodeRedisOptions(server));
const pool = createClientPool(nodeRedisOptions(server));
await Redmoon.create({ host: ioredisHost(redis) });
await Redmoon.create({ host: ioredisHost(new Cluster([])) });
await Redmoon.create({ host: nodeRedisHost(client) });
await Redmoon.create({ host: nodeRedisHost(pool) });
const client3 = createClient({ ...nodeRedisOptions(server), RESP: 2, scripts: {} });
nodeRedisHost(client3);
const rm = await Redmoon.create();
const connection: Connection = rm.connection((bytes: Uint8Array) => {}, { close() {} });
connect(rm).pipe(connect(rm));
const s: Store = new Map<string, Uint8Array>();
const fake = { snapshot: () => new Uint8Array(0) };
const kept = persist(fake, { store: s, restore: async () => fake });
// @ts-expect-error a port is a number
createServer({ port: 'x' });
