// redmoon/server: a Redis on a port from the package alone, byte by byte.

import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { after, test } from 'node:test';
import { Redmoon } from '../dist/esm/node.js';
import { connect, createServer, listen } from '../dist/esm/server.js';
import { freePort, until } from './clients.mjs';

const open = [];
after(async () => {
  for (const server of open) await server.close();
});

async function start(options) {
  const server = await createServer(options);
  open.push(server);
  return server;
}

/** A client that speaks Redis's inline protocol: what is said, and what is heard with line ends as `|`. */
function talk(stream) {
  let heard = Buffer.alloc(0);
  let isClosed = false;
  stream.on('data', (bytes) => (heard = Buffer.concat([heard, bytes])));
  stream.on('close', () => (isClosed = true));
  stream.on('error', () => {});
  return {
    stream,
    say: (line) => stream.write(`${line}\r\n`),
    heard: () => heard.toString('latin1').replaceAll('\r\n', '|'),
    isClosed: () => isClosed,
    /** Waits for exactly this, and forgets it. */
    async hears(expected) {
      await until(() => heard.length >= expected.replaceAll('|', '\r\n').length, 5000).catch(() => {});
      assert.equal(this.heard(), expected);
      heard = Buffer.alloc(0);
    },
  };
}

const dial = (server) => talk(createConnection(server.port, '127.0.0.1'));

for (const [name, dialed] of [['port', dial], ['stream', (server) => talk(server.stream())]]) {
  test(`${name}: commands, in pieces and many at once`, async () => {
    const client = dialed(await start());
    client.say('PING');
    await client.hears('+PONG|');
    for (const byte of '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\na\0b\r\n') {
      client.stream.write(byte);
      await new Promise(setImmediate);
    }
    client.say('GET k\r\nINCR n\r\nINCR n\r\nFROB');
    await client.hears("+OK|$3|a\0b|:1|:2|-ERR unknown command 'FROB', with args beginning with: |");
    client.stream.write('*1\r\n+x\r\n');
    await client.hears("-ERR Protocol error: expected '$', got '+'|");
    await until(client.isClosed);
  });

  test(`${name}: a value of ten megabytes of all bytes`, async () => {
    const server = await start();
    const { stream } = dialed(server);
    const value = Buffer.alloc(10_000_003, Buffer.from(Array.from({ length: 256 }, (_, at) => at)));
    stream.write('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10000003\r\n');
    stream.write(value);
    stream.write('\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n');
    const expected = Buffer.concat([Buffer.from('+OK\r\n$10000003\r\n'), value, Buffer.from('\r\n')]);
    const parts = [];
    let size = 0;
    for await (const part of stream) {
      parts.push(part);
      size += part.length;
      if (size >= expected.length) break;
    }
    assert.ok(Buffer.concat(parts).equals(expected));
    assert.deepEqual(server.redmoon.call(['GET', 'k'], { bytes: true }), new Uint8Array(value));
  });

  test(`${name}: who does not read waits, and loses nothing`, async () => {
    const server = await start();
    server.redmoon.call('SET', 'k', 'x'.repeat(1_000_000));
    const { stream } = dialed(server);
    stream.removeAllListeners('data');
    stream.pause();
    stream.write('GET k\r\n'.repeat(40));
    const other = dialed(server);
    other.say('PING');
    await other.hears('+PONG|');
    await new Promise((resolve) => setTimeout(resolve, 50));
    let size = 0;
    stream.on('data', (bytes) => (size += bytes.length));
    stream.resume();
    await until(() => size === 40 * (1_000_000 + '$1000000\r\n\r\n'.length));
  });

  test(`${name}: a script runs in slices, and is killed by another client`, async () => {
    const server = await start();
    const [one, two, three] = [dialed(server), dialed(server), dialed(server)];
    two.say('CONFIG SET busy-reply-threshold 20');
    await two.hears('+OK|');
    one.stream.write('*3\r\n$4\r\nEVAL\r\n$17\r\nwhile true do end\r\n$1\r\n0\r\n');
    await until(() => server.redmoon.internals.engine.use((exports) => exports.is_running()) === 1);
    assert.throws(() => server.redmoon.call('PING'), /BUSY/);
    three.say('PING');
    await three.hears('-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.|');
    two.say('SCRIPT KILL');
    await two.hears('+OK|');
    await until(() => /^-ERR Script killed by user with SCRIPT KILL/.test(one.heard()));
    three.say('PING');
    await three.hears('+PONG|');
  });

  test(`${name}: waiting pops are woken by clients, by the API and by time`, async () => {
    const server = await start();
    const client = dialed(server);
    client.say('BLPOP l 0');
    await until(() => /blocked_clients:1/.test(server.redmoon.call('INFO', 'clients')));
    server.redmoon.call('RPUSH', 'l', 'a');
    await client.hears('*2|$1|l|$1|a|');
    client.say('BLPOP l 0');
    await until(() => /blocked_clients:1/.test(server.redmoon.call('INFO', 'clients')));
    server.redmoon.evalSync("redis.call('RPUSH', 'l', 'b')");
    await client.hears('*2|$1|l|$1|b|');
    client.say('BLPOP l 0');
    await until(() => /blocked_clients:1/.test(server.redmoon.call('INFO', 'clients')));
    await server.redmoon.eval("redis.call('RPUSH', 'l', 'c')");
    await client.hears('*2|$1|l|$1|c|');
    const began = Date.now();
    client.say('BLPOP l 0.1');
    await client.hears('*-1|');
    assert.ok(Date.now() - began >= 99, `${Date.now() - began} ms`);
  });

  test(`${name}: the API's messages reach subscribers`, async () => {
    const server = await start();
    const client = dialed(server);
    client.say('SUBSCRIBE c');
    await client.hears('*3|$9|subscribe|$1|c|:1|');
    assert.equal(server.redmoon.call('PUBLISH', 'c', 'hello'), 1);
    await client.hears('*3|$7|message|$1|c|$5|hello|');
    await server.redmoon.eval("redis.call('PUBLISH', 'c', 'again')");
    await client.hears('*3|$7|message|$1|c|$5|again|');
  });

  test(`${name}: a script of the API is atomic: what comes meanwhile waits`, async () => {
    const server = await start();
    const client = dialed(server);
    client.say('PING');
    await client.hears('+PONG|');
    const run = server.redmoon.eval(`
      redis.call('SET', 'k', 'half')
      for i = 1, 2e7 do end
      redis.call('SET', 'k', 'whole')`);
    await until(() => server.redmoon.internals.isRunning());
    client.say('GET k');
    client.say('SET k mine');
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(client.heard(), '');
    await run;
    await client.hears('$5|whole|+OK|');
    assert.equal(server.redmoon.call('GET', 'k'), 'mine');
  });

  test(`${name}: QUIT, and clients that vanish`, async () => {
    const server = await start();
    const [one, two] = [dialed(server), dialed(server)];
    one.say('QUIT');
    await one.hears('+OK|');
    await until(one.isClosed);
    two.say('SUBSCRIBE c');
    await two.hears('*3|$9|subscribe|$1|c|:1|');
    two.stream.destroy();
    await until(() => server.redmoon.call('PUBLISH', 'c', 'x') === 0);
    assert.match(server.redmoon.call('INFO', 'clients'), /connected_clients:0/);
  });

  test(`${name}: what a client of the server's logs comes to \`log\``, async () => {
    const lines = [];
    const server = await start({ log: (level, text) => lines.push([level, text]) });
    const client = dialed(server);
    client.stream.write("*3\r\n$4\r\nEVAL\r\n$35\r\nredis.log(redis.LOG_WARNING, 'hum')\r\n$1\r\n0\r\n");
    await client.hears('$-1|');
    assert.deepEqual(lines, [['warning', 'hum']]);
  });
}

test('SHUTDOWN closes the server, and frees its port', async () => {
  const server = await start();
  const [one, two] = [dial(server), dial(server)];
  two.say('PING');
  await two.hears('+PONG|');
  one.say('SHUTDOWN NOSAVE');
  await until(() => one.isClosed() && two.isClosed() && !server.isOpen);
  await server.close();
  const next = await start({ port: server.port });
  assert.equal(next.port, server.port);
  assert.throws(() => server.stream(), /closed/);
});

test('closing ends connections, may be said again, and lets go of a Redmoon of its own only', async () => {
  const own = await createServer();
  const client = dial(own);
  client.say('PING');
  await client.hears('+PONG|');
  const stream = talk(own.stream());
  await Promise.all([own.close(), own.stop(), own[Symbol.asyncDispose]()]);
  await until(() => client.isClosed() && stream.isClosed());
  assert.throws(() => own.redmoon.call('PING'), /disposed/);

  const redmoon = await Redmoon.create();
  const server = await listen(redmoon);
  await server.close();
  redmoon.call('SET', 'k', 'v');
  const again = await start({ redmoon });
  const other = dial(again);
  other.say('GET k');
  await other.hears('$1|v|');
  redmoon.dispose();
  await until(other.isClosed);
});

test('a client that does not read cannot keep a server open', async () => {
  const server = await start();
  server.redmoon.call('SET', 'k', 'x'.repeat(1_000_000));
  const { stream } = dial(server);
  stream.pause();
  stream.write('GET k\r\n'.repeat(40));
  await until(() => /connected_clients:1/.test(server.redmoon.call('INFO', 'clients')));
  const began = Date.now();
  await server.close();
  assert.ok(Date.now() - began < 2000);
  stream.destroy();
});

test('where it is', async () => {
  const server = await start({ password: 'p@ss/wörd' });
  assert.equal(server.url, `redis://:${encodeURIComponent('p@ss/wörd')}@127.0.0.1:${server.port}`);
  assert.equal(server.getUri(), server.url);
  assert.deepEqual(server.addresses(), [`127.0.0.1:${server.port}`]);
  const client = dial(server);
  client.say('GET k');
  await client.hears('-NOAUTH Authentication required.|');
  client.say('AUTH p@ss/wörd');
  await client.hears('+OK|');
});

test('a port in use is a clear error', async () => {
  const server = await start();
  await assert.rejects(createServer({ port: server.port }), (error) => {
    assert.equal(error.code, 'EADDRINUSE');
    assert.equal(error.message, `the server cannot listen: port ${server.port} of 127.0.0.1 is in use already; port 0 takes a free one`);
    return true;
  });
  await assert.rejects(createServer({ host: '192.0.2.1', port: await freePort() }), /no address of this machine/);
});

test('flush empties everything, behind a script that runs', async () => {
  const server = await start();
  server.redmoon.call('SET', 'a', '1');
  const run = server.redmoon.eval("for i = 1, 1e7 do end redis.call('SET', 'b', '2')");
  await until(() => server.redmoon.internals.isRunning());
  await server.flush();
  await run;
  assert.equal(server.redmoon.call('DBSIZE'), 0);
});

test('a stream of a Redmoon without a port', async () => {
  const redmoon = await Redmoon.create();
  const client = talk(connect(redmoon));
  client.say('PING');
  await client.hears('+PONG|');
  client.stream.end();
  await until(client.isClosed);
  assert.match(redmoon.call('INFO', 'clients'), /connected_clients:0/);
  const [one, two] = [talk(connect(redmoon)), talk(connect(redmoon))];
  one.say('SHUTDOWN');
  await until(() => one.isClosed() && two.isClosed());
  assert.throws(() => connect(redmoon), /shut this Redmoon down/);
  await assert.rejects(createServer({ redmoon }), /shut this Redmoon down/);
  assert.equal(redmoon.call('PING'), 'PONG');
});

test('a connection without any framing, as a message port has', async () => {
  const redmoon = await Redmoon.create();
  const { port1, port2 } = new MessageChannel();
  let isOver = false;
  const connection = redmoon.connection((bytes) => port1.postMessage(bytes), { close: () => (isOver = true) });
  port1.onmessage = ({ data }) => connection.send(data);
  const heard = [];
  port2.onmessage = ({ data }) => heard.push(Buffer.from(data).toString());
  port2.postMessage(new TextEncoder().encode('PING\r\nSET k é\r\nGET k\r\n'));
  await until(() => heard.join('') === '+PONG\r\n+OK\r\n$2\r\né\r\n');
  assert.ok(connection.isOpen);
  const bytes = new TextEncoder().encode('INCR n\r\n');
  connection.send(bytes);
  bytes.fill(0);
  connection.send('QUIT\r\n');
  await until(() => isOver);
  assert.equal(redmoon.call('GET', 'n'), '1');
  assert.ok(!connection.isOpen);
  connection.send('PING\r\n');
  connection.close();
  redmoon.connection(() => {}).close();
  port1.close();
});

test('a listener that throws keeps nobody else from being told', async () => {
  const redmoon = await Redmoon.create();
  const heard = [];
  const thrown = [];
  const catcher = (error) => thrown.push(error.message);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', catcher);
  const one = redmoon.connection(() => {
    throw new Error('mine');
  });
  const two = redmoon.connection((bytes) => heard.push(Buffer.from(bytes).toString()));
  for (const connection of [one, two]) connection.send('PING\r\n');
  await until(() => heard.length === 1 && thrown.length === 1);
  assert.deepEqual([heard, thrown], [['+PONG\r\n'], ['mine']]);
  process.removeAllListeners('uncaughtException');
  for (const other of others) process.on('uncaughtException', other);
  redmoon.dispose();
});

test('what a connection says inside a script of the API waits for its end', async () => {
  const redmoon = await Redmoon.create();
  const heard = [];
  const connection = redmoon.connection((bytes) => heard.push(Buffer.from(bytes).toString()));
  redmoon.ext.table('t', {
    get: () => {
      connection.send('SET k theirs\r\n');
      return 1;
    },
    set() {},
    delete() {},
    size: 0,
    keys: () => [],
  });
  const reply = redmoon.evalSync("local n = ext.table('t').x redis.call('SET', 'k', 'ours') return redis.call('GET', 'k')");
  assert.equal(reply, 'ours');
  await until(() => heard.length === 1);
  assert.equal(redmoon.call('GET', 'k'), 'theirs');
});

test('a hundred clients at once', async () => {
  const server = await start();
  const clients = Array.from({ length: 100 }, () => dial(server));
  for (const client of clients) client.say('INCR n\r\n'.repeat(50));
  await until(() => server.redmoon.call('GET', 'n') === '5000');
  await until(() => clients.every((client) => client.heard().split('|').length === 51));
  const replies = clients.flatMap((client) => client.heard().split('|')).filter((text) => text.startsWith(':'));
  assert.equal(new Set(replies).size, 5000);
});

test('a module that stops in the middle ends its connections, and says so to who comes later', async () => {
  const server = await start();
  const [socket, stream] = [dial(server), talk(server.stream())];
  const errors = [];
  stream.stream.on('error', (error) => errors.push(error.message));
  for (const client of [socket, stream]) {
    client.say('PING');
    await client.hears('+PONG|');
  }
  assert.throws(() => server.redmoon.internals.engine.use(() => {
    throw new WebAssembly.RuntimeError('unreachable');
  }), /defect/);
  stream.say('PING');
  await until(() => socket.isClosed() && stream.isClosed());
  assert.match(errors[0], /stopped because of a defect/);
  const late = dial(server);
  await late.hears('-ERR Redmoon has stopped because of a defect; make a new one|');
  await server.close();
});

test('a client that says a script, and leaves, keeps nobody waiting', async () => {
  const server = await start();
  const [one, two] = [dial(server), dial(server)];
  two.say('PING');
  await two.hears('+PONG|');
  one.stream.end('*3\r\n$4\r\nEVAL\r\n$21\r\nfor i = 1, 1e7 do end\r\n$1\r\n0\r\n');
  two.say('PING');
  await until(() => two.heard() === '+PONG|');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(server.redmoon.call('PING'), 'PONG');
});

test('fuel ends the scripts of clients, too', async () => {
  const server = await start({ limits: { fuel: 1_000_000, timeMs: 1 } });
  const client = dial(server);
  client.stream.write('*3\r\n$4\r\nEVAL\r\n$17\r\nwhile true do end\r\n$1\r\n0\r\n');
  await until(() => /^-ERR Script used up its fuel/.test(client.heard()));
});

test('keys go when their time comes, and tell; without connections no timer waits for them', async () => {
  const redmoon = await Redmoon.create();
  const client = talk(connect(redmoon));
  redmoon.call('CONFIG', 'SET', 'notify-keyspace-events', 'Ex');
  client.say('SUBSCRIBE __keyevent@0__:expired');
  await client.hears('*3|$9|subscribe|$22|__keyevent@0__:expired|:1|');
  redmoon.call('SET', 'k', 'v', 'PX', 30);
  await client.hears('*3|$7|message|$22|__keyevent@0__:expired|$1|k|');
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  redmoon.call('SET', 'later', 'v', 'EX', 1000);
  const before = timers();
  client.stream.destroy();
  await until(() => /connected_clients:0/.test(redmoon.call('INFO', 'clients')));
  assert.ok(timers() < before);
  redmoon.dispose();
});
