#!/usr/bin/env node
// The server of the package in the place of `redmoon serve`, as far as the tests of clients need it:
//
//     REDMOON=$PWD/npm/test/serve.mjs node --test tests/clients

import { parseArgs } from 'node:util';
import { createServer } from '../dist/esm/server.js';

const { values } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, bind: { type: 'string' }, requirepass: { type: 'string' } },
});
const server = await createServer({
  port: Number(values.port ?? 6379),
  host: values.bind,
  ...(values.requirepass === undefined ? {} : { password: values.requirepass }),
});
console.log(`listens at ${server.addresses()[0]}`);
process.once('SIGTERM', () => void server.close());
