// The parts that the unit tests look at, loaded once.

export * as args from '../src/args.js';
export * as examples from '../src/examples.js';
export * as keyspace from '../src/keyspace.js';
export * as reply from '../src/reply.js';
export * as share from '../src/share.js';
export * as text from '../src/text.js';
export * as work from '../src/work.js';
