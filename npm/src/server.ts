// A Redis on a port, or in a stream, from this package alone. For Node, Deno and Bun.

import { createServer as createNetServer, isIPv6, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { Connection, Hub } from './connections.js';
import { Redmoon, type CreateOptions } from './node.js';
import { nextTurn } from './turn.js';

/** How long clients get to take what was sent to them before a server that closes goes without that. */
const LINGER_MS = 200;

/** Where a server listens. */
export interface ListenOptions {
  /** The port; 0, and nothing said, for a free one. */
  port?: number;
  /** The address; `127.0.0.1` unless told otherwise: nobody else's machine reaches that. */
  host?: string;
  /** What clients have to say before anything else (`requirepass`). */
  password?: string;
}

/** What `createServer` takes: where to listen, and a Redmoon or what one is made with. `host` is an address here. */
export interface ServerOptions extends ListenOptions, Omit<CreateOptions, 'host'> {
  /** The Redmoon to serve. It stays when the server closes; without it, the server makes one of its own. */
  redmoon?: Redmoon;
}

/**
 * A Redis that listens on a port.
 *
 * Scripts of clients run on the keyspace in slices, so that `SCRIPT KILL` reaches them; scripts of the API run alone, and what
 * clients send meanwhile waits.
 *
 * Its functions know their server: `const { port, close } = await createServer()`.
 */
export class Server {
  /** The port that it listens on. */
  readonly port: number;
  /** The address that it listens on. */
  readonly host: string;
  /** What it serves: `server.redmoon.call('SET', 'k', 'v')`. */
  readonly redmoon: Redmoon;
  /** What clients have to say before anything else. */
  readonly password: string | undefined;
  readonly #listener: NetServer;
  readonly #sockets: Set<Socket>;
  readonly #streams = new Set<Duplex>();
  readonly #isOwner: boolean;
  readonly #unlisten: () => void;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(listener: NetServer, sockets: Set<Socket>, redmoon: Redmoon, isOwner: boolean, password: string | undefined) {
    const { address, port } = listener.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.redmoon = redmoon;
    this.password = password;
    this.#listener = listener;
    this.#sockets = sockets;
    this.#isOwner = isOwner;
    this.#unlisten = Hub.of(redmoon).onShutdown(() => void this.close());
  }

  /** Where clients find it: `redis://127.0.0.1:6379`. */
  get url(): string {
    const secret = this.password === undefined ? '' : `:${encodeURIComponent(this.password)}@`;
    return `redis://${secret}${this.addresses()[0]}`;
  }

  /** The same as `url`. */
  readonly getUri = (): string => this.url;

  /** Host and port, as one text each: `['127.0.0.1:6379']`. */
  readonly addresses = (): string[] => {
    // What listens everywhere is found here.
    const host = this.host === '0.0.0.0' ? '127.0.0.1' : this.host === '::' ? '::1' : this.host;
    return [isIPv6(host) ? `[${host}]:${this.port}` : `${host}:${this.port}`];
  };

  /** Whether it has not been closed, by `close` or by a client's `SHUTDOWN`. */
  get isOpen(): boolean {
    return this.#closing === undefined;
  }

  /** A connection without a socket: what a client of Redis writes to it is answered on it. */
  readonly stream = (): Duplex => {
    if (!this.isOpen) throw new Error('this server is closed');
    const stream = connect(this.redmoon);
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    return stream;
  };

  /** Empties all databases, as soon as no script is in progress. */
  readonly flush = async (): Promise<void> => {
    while (Hub.of(this.redmoon).isRunning) await nextTurn();
    this.redmoon.call(['FLUSHALL']);
  };

  /** Ends all its connections and frees the port. It may be said again. */
  readonly close = (): Promise<void> => {
    this.#closing ??= this.#close();
    return this.#closing;
  };

  /** The same as `close`. */
  readonly stop = (): Promise<void> => this.close();

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#unlisten();
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    for (const stream of this.#streams) stream.destroy();
    for (const socket of this.#sockets) socket.destroySoon();
    const timer = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, LINGER_MS);
    await closed;
    clearTimeout(timer);
    if (this.#isOwner) this.redmoon.dispose();
  }
}

/** Starts a Redis on a port. */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const { port = 0, host = '127.0.0.1', password, redmoon: given, ...rest } = options;
  const redmoon = given ?? (await Redmoon.create(rest));
  const sockets = new Set<Socket>();
  const listener = createNetServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(redmoon, socket);
  });
  try {
    if (Hub.of(redmoon).isShutDown) throw new Error('a client has shut this Redmoon down: make a new one');
    if (password !== undefined) redmoon.call(['CONFIG', 'SET', 'requirepass', password]);
    await new Promise<void>((resolve, reject) => {
      listener.once('error', (error) => reject(explained(error, host, port)));
      listener.listen(port, host, () => {
        listener.removeAllListeners('error');
        // Later ones are of single connections that could not be had.
        listener.on('error', () => {});
        resolve();
      });
    });
  } catch (error) {
    if (!given) redmoon.dispose();
    throw error;
  }
  return new Server(listener, sockets, redmoon, given === undefined, password);
}

/** Serves a Redmoon on a port. It stays when the server closes. */
export function listen(redmoon: Redmoon, options: ListenOptions = {}): Promise<Server> {
  return createServer({ ...options, redmoon });
}

/** What has kept a server from listening, in words. */
function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} of ${host} is in use already; port 0 takes a free one`,
    EADDRNOTAVAIL: `${host} is no address of this machine`,
    EACCES: `port ${port} of ${host} may not be used by this user`,
  };
  const reason = reasons[error.code ?? ''] ?? error.message;
  return Object.assign(new Error(`the server cannot listen: ${reason}`, { cause: error }), { code: error.code });
}

/** Talks with a client on a socket. */
function serve(redmoon: Redmoon, socket: Socket): void {
  let connection: Connection;
  // A client that does not read is not read from; nor is one whose commands have to wait.
  let isFull = false;
  let isWaiting = false;
  const update = () => (isFull || isWaiting ? socket.pause() : socket.resume());
  const events = {
    data(bytes: Uint8Array) {
      if (socket.destroyed || socket.write(bytes)) return true;
      isFull = true;
      update();
      return false;
    },
    close(error?: Error) {
      if (error) socket.destroy();
      else socket.destroySoon();
    },
    drain() {
      isWaiting = false;
      update();
    },
  };
  try {
    const peer = { address: at(socket.remoteAddress, socket.remotePort), localAddress: at(socket.localAddress, socket.localPort) };
    connection = new Connection(Hub.of(redmoon), events, peer);
  } catch (error) {
    // Too many clients, or nothing to connect to any more.
    socket.on('error', () => {});
    socket.end(`-${error instanceof Error ? error.message : String(error)}\r\n`);
    return;
  }
  socket.on('data', (bytes: Buffer) => {
    if (connection.receive(bytes)) return;
    isWaiting = true;
    update();
  });
  socket.on('drain', () => {
    isFull = false;
    connection.resume();
    update();
  });
  // Clients that vanish are no news.
  socket.on('error', () => {});
  socket.once('close', () => connection.close());
}

function at(address: string | undefined, port: number | undefined): string {
  return `${isIPv6(address ?? '') ? `[${address}]` : (address ?? '')}:${port ?? 0}`;
}

/** A connection to a Redmoon as a stream. It has what clients ask of a socket, and is connected from the start. */
class Stream extends Duplex {
  readonly connecting = false;
  readonly pending = false;
  readonly remoteAddress = 'redmoon';
  readonly remotePort = 0;
  readonly #connection: Connection;
  /** Tells that what was written has been looked at. */
  #written: (() => void) | undefined;

  constructor(redmoon: Redmoon) {
    super({ allowHalfOpen: false });
    this.#connection = new Connection(Hub.of(redmoon), {
      data: (bytes) => this.push(bytes),
      close: (error) => {
        if (error) this.destroy(error);
        else this.push(null);
        this.#looked();
      },
      drain: () => this.#looked(),
    });
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    // Never while the writer's own call is in progress: that may be a script's.
    queueMicrotask(() => {
      if (this.#connection.receive(chunk)) done();
      else this.#written = done;
    });
  }

  #looked(): void {
    const written = this.#written;
    this.#written = undefined;
    written?.();
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: () => void): void {
    const all = chunks.length === 1 ? (chunks[0]?.chunk ?? Buffer.alloc(0)) : Buffer.concat(chunks.map(({ chunk }) => chunk));
    this._write(all, 'utf8', done);
  }

  override _read(): void {
    this.#connection.resume();
  }

  override _final(done: () => void): void {
    this.#connection.close();
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.close();
    done(error);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/**
 * A connection to a Redmoon without a socket: what a client of Redis writes to it is answered on it. A stream does not keep the
 * process alive as a socket would; a time that is waited for does, be it of a pop or of a key.
 */
export function connect(redmoon: Redmoon): Duplex {
  return new Stream(redmoon);
}

/** Options for ioredis with which a client talks to a Redmoon or a server in this process, without a socket. */
export interface IoredisOptions {
  /** ioredis knows its connectors by a class with private fields, which nobody else's can have. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  Connector: any;
  password?: string;
}

/**
 * Lets ioredis talk to a Redmoon or a server in this process, without a socket: `new Redis(ioredisOptions(server))`. BullMQ takes
 * the same options as `connection`, and `duplicate()` keeps them.
 */
export function ioredisOptions(target: Redmoon | Server): IoredisOptions {
  class Connector {
    connecting = false;
    firstError: Error | undefined;
    #stream: Duplex | undefined;

    check(): boolean {
      return true;
    }

    async connect(): Promise<Duplex> {
      this.connecting = true;
      // ioredis attaches its listeners when the promise is kept.
      this.#stream = target instanceof Server ? target.stream() : connect(target);
      return this.#stream;
    }

    disconnect(): void {
      this.connecting = false;
      this.#stream?.end();
    }
  }
  const password = target instanceof Server ? target.password : undefined;
  return { Connector, ...(password === undefined ? {} : { password }) };
}

/** Options for node-redis. */
export interface NodeRedisOptions {
  socket: { host: string; port: number };
  password?: string;
}

/**
 * Lets node-redis talk to a server in this process: `createClient(nodeRedisOptions(server))`. node-redis makes its sockets itself
 * and takes none, and no stream, from outside: this goes over the loopback.
 */
export function nodeRedisOptions(server: Server): NodeRedisOptions {
  const { port, password } = server;
  const host = (server.addresses()[0] ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return { socket: { host, port }, ...(password === undefined ? {} : { password }) };
}
