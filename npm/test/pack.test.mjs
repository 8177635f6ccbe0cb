// The package as people get it: packed, installed into an empty project, and asked to evaluate a script on every platform
// that it names. Nothing else is installed, and nothing is fetched.

import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { hasChromium, launch, openPage, serve } from './chromium.mjs';
import { equal, ok } from './specs/assert.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'redmoon-pack-'));
const project = path.join(folder, 'project');
const file = (...parts) => path.join(project, ...parts);
const write = (name, text) => {
  mkdirSync(path.dirname(file(name)), { recursive: true });
  writeFileSync(file(name), text);
};

// What every platform evaluates, and the answer.
const SCRIPT = "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1]) .. ' from ' .. _VERSION";
const evaluate = (rm) => `await ${rm}.eval(${JSON.stringify(SCRIPT)}, { keys: ['k'], args: ['hello'] })`;
const ANSWER = 'hello from Lua 5.1';

// In Node, whatever reaches for the network ends the process.
const NO_NETWORK = `
  const refuse = (name) => () => { console.error('the package has called ' + name); process.exit(9); };
  globalThis.fetch = refuse('fetch');
  require('node:net').Socket.prototype.connect = refuse('connect');
  require('node:dns').lookup = refuse('dns.lookup');
  require('node:http').request = refuse('http.request');
  require('node:https').request = refuse('https.request');
`;

before(async () => {
  mkdirSync(project);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const packed = await run(npm, ['pack', '--pack-destination', folder, '--json'], { cwd: root });
  const tarball = path.join(folder, JSON.parse(packed.stdout)[0].filename);
  write('package.json', '{ "name": "project", "private": true }\n');
  await run(npm, ['install', tarball, '--offline', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: project });
  write('no-network.cjs', NO_NETWORK);
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** What a program prints. */
async function printed(program, args, options = {}) {
  const { stdout } = await run(program, args, { cwd: project, timeout: 60_000, ...options });
  return stdout.trim();
}

const inNode = (...args) => printed(process.execPath, ['--require', './no-network.cjs', ...args]);

test('pack: only what people need is in it, and it depends on nothing', () => {
  const installed = readdirSync(file('node_modules')).filter((name) => !name.startsWith('.'));
  equal(installed, ['redmoon']);
  const names = readdirSync(file('node_modules/redmoon')).sort().filter((name) => name !== 'README.md');
  equal(names, ['LICENSE-APACHE', 'LICENSE-MIT', 'dist', 'package.json']);
  const manifest = JSON.parse(readFileSync(file('node_modules/redmoon/package.json'), 'utf8'));
  equal(manifest.dependencies, undefined);
  ok(Object.values(manifest.peerDependenciesMeta).every(({ optional }) => optional), 'peers are optional');
  for (const name of readdirSync(file('node_modules/redmoon/dist/esm')).filter((name) => name.endsWith('.js'))) {
    const text = readFileSync(file('node_modules/redmoon/dist/esm', name), 'utf8');
    const isForNode = ['node.js', 'server.js', 'ioredis.js', 'node-redis.js'].includes(name);
    ok(isForNode || !/from ["']node:/.test(text), `${name} needs Node`);
    ok(!/https?:\/\//.test(text.replace(/\/\/.*$/gm, '')), `${name} names an address`);
  }
});

test('pack: as an ES module', async () => {
  write('main.mjs', `import { Redmoon } from 'redmoon'; const rm = await Redmoon.create(); console.log(${evaluate('rm')}); rm.dispose();`);
  equal(await inNode('main.mjs'), ANSWER);
});

test('pack: as CommonJS', async () => {
  write('main.cjs', `const { Redmoon, RedmoonError } = require('redmoon');
    (async () => { const rm = Redmoon.createSync(); console.log(${evaluate('rm')}, typeof RedmoonError); })();`);
  equal(await inNode('main.cjs'), `${ANSWER} function`);
});

test('pack: in a worker of worker_threads, with a module from outside', async () => {
  write('thread.mjs', `import { parentPort, workerData } from 'node:worker_threads';
    import { Redmoon } from 'redmoon';
    const rm = await Redmoon.create({ wasm: workerData });
    parentPort.postMessage(${evaluate('rm')});`);
  write('threads.mjs', `import { Worker } from 'node:worker_threads';
    import { readFileSync } from 'node:fs';
    import { createRequire } from 'node:module';
    const wasm = new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('redmoon/redmoon.wasm')));
    for (const workerData of [wasm, undefined]) {
      console.log(await new Promise((resolve, reject) => new Worker(new URL('thread.mjs', import.meta.url), { workerData }).on('message', resolve).on('error', reject)));
    }`);
  equal(await inNode('threads.mjs'), `${ANSWER}\n${ANSWER}`);
});

test('pack: what it exports, and nothing else', async () => {
  write('exports.mjs', `import * as esm from 'redmoon';
    import { createRequire } from 'node:module';
    const cjs = createRequire(import.meta.url)('redmoon');
    console.log(JSON.stringify([Object.keys(esm).sort(), Object.keys(cjs).sort()]));
    await import('redmoon/dist/esm/engine.js').catch((error) => console.log(error.code));`);
  const [lists, code] = (await inNode('exports.mjs')).split('\n');
  const [esm, cjs] = JSON.parse(lists);
  for (const name of ['Redmoon', 'RedmoonError', 'Script']) ok(esm.includes(name) && cjs.includes(name), name);
  equal(code, 'ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test('pack: bundled for Node with esbuild', async () => {
  const { build } = await import('esbuild');
  write('main.mjs', `import { Redmoon } from 'redmoon'; const rm = await Redmoon.create(); console.log(${evaluate('rm')});`);
  await build({ entryPoints: [file('main.mjs')], outfile: file('out/js/bundle.mjs'), bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  // The module stays a file: it lies where it lies in the package, one folder up.
  cpSync(file('node_modules/redmoon/dist/redmoon.wasm'), file('out/redmoon.wasm'));
  equal(await inNode('out/js/bundle.mjs'), ANSWER);
});

// ---- other runtimes ------------------------------------------------------------------------------

// Their programs for 64-bit Linux, installed on their own (test/runtimes): the packages that choose one for each system cannot be
// locked where some systems' are missing.
const PROGRAMS = {
  bun: '@oven/bun-linux-x64/bin/bun',
  deno: '@deno/linux-x64-glibc/deno',
  workerd: '@cloudflare/workerd-linux-64/bin/workerd',
};
const bin = (name) => path.join(root, 'test/runtimes/node_modules', PROGRAMS[name]);
const lacks = (name) => (existsSync(bin(name)) ? false : `there is no ${name}`);

test('pack: in Deno, which may read files and nothing else', { skip: lacks('deno') }, async () => {
  write('deno.mjs', `import { Redmoon } from 'redmoon'; const rm = await Redmoon.create(); console.log(${evaluate('rm')}, typeof Deno);`);
  const env = { ...process.env, DENO_DIR: path.join(folder, 'deno'), NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' };
  equal(await printed(bin('deno'), ['run', '--no-remote', '--cached-only', '--node-modules-dir=manual', '--no-prompt', '--allow-read', 'deno.mjs'], { env }), `${ANSWER} object`);
});

test('pack: in Bun', { skip: lacks('bun') }, async () => {
  write('bun.mjs', `import { Redmoon } from 'redmoon'; const rm = await Redmoon.create(); console.log(${evaluate('rm')}, typeof Bun);`);
  write('bun.cjs', `const { Redmoon } = require('redmoon'); const rm = Redmoon.createSync(); console.log(rm.evalSync('return 1'));`);
  equal(await printed(bin('bun'), ['--no-install', 'run', 'bun.mjs']), `${ANSWER} object`);
  equal(await printed(bin('bun'), ['--no-install', 'run', 'bun.cjs']), '1');
});

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('pack: in workerd, bundled as wrangler does it', { skip: lacks('workerd'), timeout: 60_000 }, async () => {
  const { build } = await import('esbuild');
  write('worker.mjs', `import { Redmoon } from 'redmoon';
    export default { async fetch() { const rm = await Redmoon.create(); return new Response(${evaluate('rm')}); } };`);
  await build({
    entryPoints: [file('worker.mjs')],
    outfile: file('workerd/worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'error',
    // An imported .wasm becomes a module of the worker of its own.
    plugins: [{ name: 'wasm', setup: ({ onResolve }) => onResolve({ filter: /\.wasm$/ }, () => ({ path: './redmoon.wasm', external: true })) }],
  });
  cpSync(file('node_modules/redmoon/dist/redmoon.wasm'), file('workerd/redmoon.wasm'));
  const port = await freePort();
  write('workerd/config.capnp', `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "main", worker = (
        modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "redmoon.wasm", wasm = embed "redmoon.wasm")],
        compatibilityDate = "2026-01-01",
        globalOutbound = "nothing"
      )), (name = "nothing", network = (allow = []))],
      sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
    );`);
  const workerd = spawn(bin('workerd'), ['serve', file('workerd/config.capnp')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  workerd.stderr.on('data', (data) => (complaint += data));
  try {
    let answer;
    for (let tries = 0; answer === undefined && tries < 600 && workerd.exitCode === null; tries++) {
      answer = await fetch(`http://127.0.0.1:${port}/`).then(
        (response) => response.text(),
        () => new Promise((resolve) => setTimeout(resolve, 50)),
      );
    }
    equal(answer, ANSWER, complaint);
  } finally {
    workerd.kill('SIGKILL');
  }
});

// ---- browsers ------------------------------------------------------------------------------------

test('pack: in a page and a Web Worker, built with Vite', { skip: hasChromium ? false : 'there is no Chromium', timeout: 120_000 }, async () => {
  const { build } = await import('vite');
  write('site/index.html', '<!doctype html><title>x</title><script type="module" src="./main.js"></script>');
  write('site/main.js', `import { Redmoon } from 'redmoon';
    import wasm from 'redmoon/redmoon.wasm?url';
    const rm = await Redmoon.create({ wasm });
    const inPage = ${evaluate('rm')};
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => { document.title = inPage + ' | ' + data; };
    worker.onerror = (event) => { document.title = 'worker: ' + event.message; };`);
  write('site/worker.js', `import { Redmoon } from 'redmoon';
    import wasm from 'redmoon/redmoon.wasm?url';
    const rm = await Redmoon.create({ wasm });
    postMessage(${evaluate('rm')});`);
  await build({ root: file('site'), configFile: false, logLevel: 'error', base: './', worker: { format: 'es' }, build: { target: 'es2022' } });
  const server = await serve(file('site/dist'));
  const browser = await launch();
  try {
    const { page, problems } = await openPage(browser, server.origin);
    await page.goto(`${server.origin}/`);
    await page.waitForFunction(() => document.title !== 'x', undefined, { timeout: 30_000 }).catch(() => {});
    equal(problems, []);
    equal(await page.title(), `${ANSWER} | ${ANSWER}`);
    equal(server.requests.filter((name) => name.endsWith('.wasm')).length >= 1, true);
  } finally {
    await browser.close();
    await server.close();
  }
});
