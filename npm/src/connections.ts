// Connections to a Redmoon, wherever their bytes come from: sockets, streams, message ports.
//
// The module answers what it is handed and notes who has come to have something to send. The hub of a Redmoon sees to the rest:
// it hands output to its connections, keeps the one timer, and lets a script go on in slices between which others are heard.

import { RedmoonError } from './errors.js';
import type { Redmoon } from './redmoon.js';
import { nextTurn } from './turn.js';
import { TEXT } from './wire.js';

/** Bytes that are handed to the module at once: what its buffer holds anyway. */
const CHUNK_SIZE = 64 << 10;

/** How long a script of a connection goes on before others get their turn. */
const TURN_MS = 4;

/** The longest that a timer can wait. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Most connections at a time (Redis: `maxclients`). */
const CONNECTIONS_MAX = 10_000;

/** What a connection brings about. */
export interface ConnectionEvents {
  /**
   * Takes what the client is to get. Whoever answers `false` is sent nothing more until `resume` is called; what a subscriber
   * leaves lying beyond 32 MB ends its connection.
   */
  data(bytes: Uint8Array): unknown;
  /** The connection is over: the client has said `QUIT`, was sent away, or the Redmoon is no more. */
  close?(error?: Error): void;
  /** What was sent has been answered as far as that can be done now. */
  drain?(): void;
}

/** Where a client is, and where it has connected to, as `CLIENT LIST` shows them. */
export interface Peer {
  address: string;
  localAddress: string;
}

/** A client's connection, without a socket. */
export class Connection {
  /** The number that `CLIENT ID` answers. */
  readonly id: number;
  readonly #hub: Hub;

  /** @internal */
  constructor(hub: Hub, events: ConnectionEvents, peer?: Peer) {
    this.#hub = hub;
    this.id = hub.connect(events, peer);
  }

  /** Whether it has not ended. */
  get isOpen(): boolean {
    return this.#hub.has(this.id);
  }

  /**
   * Sends bytes (text as UTF-8) as a client does, in pieces of any size. They are answered later in this turn of the event loop;
   * while a script called by the API is in progress, after it. The bytes may be used anew at once.
   */
  send(bytes: Uint8Array | string): void {
    const own = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes.slice();
    queueMicrotask(() => this.#hub.receive(this.id, own));
  }

  /** @internal Sends bytes that nobody changes, at once. False: `drain` tells when they have been looked at. */
  receive(bytes: Uint8Array): boolean {
    return this.#hub.receive(this.id, bytes);
  }

  /** Whoever has answered `data` with `false` can take more. */
  resume(): void {
    this.#hub.resume(this.id);
  }

  /** Ends the connection: the client has gone. */
  close(): void {
    this.#hub.disconnect(this.id);
  }
}

/** A connection as the hub sees it. */
interface Link {
  events: ConnectionEvents;
  /** It takes nothing for the moment. */
  isFull: boolean;
  /** What it has sent while a script of the API was in progress. */
  held: Uint8Array[];
}

const hubs = new WeakMap<Redmoon, Hub>();

/** All connections of a Redmoon. */
export class Hub {
  readonly #internals: Redmoon['internals'];
  readonly #links = new Map<number, Link>();
  readonly #onShutdown = new Set<() => void>();
  /** Those with something held, in the order in which it came. */
  #held: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = -1;
  /** A turn is on its way. */
  #isDue = false;

  private constructor(redmoon: Redmoon) {
    this.#internals = redmoon.internals;
    this.#internals.onChange(() => this.#settle());
  }

  /** The hub of a Redmoon. */
  static of(redmoon: Redmoon): Hub {
    let hub = hubs.get(redmoon);
    if (!hub) hubs.set(redmoon, (hub = new Hub(redmoon)));
    return hub;
  }

  /** Calls when a client has said `SHUTDOWN`. */
  onShutdown(call: () => void): () => void {
    this.#onShutdown.add(call);
    return () => this.#onShutdown.delete(call);
  }

  /** Whether a client has said `SHUTDOWN`: then there are no connections any more. */
  get isShutDown(): boolean {
    return this.#internals.engine.use((exports) => exports.is_shut_down()) !== 0;
  }

  /** Whether a script is in progress: of the API, or of a connection. */
  get isRunning(): boolean {
    return this.#internals.isRunning() || this.#internals.engine.use((exports) => exports.is_running()) !== 0;
  }

  has(id: number): boolean {
    return this.#links.has(id);
  }

  connect(events: ConnectionEvents, peer: Peer = { address: 'redmoon:0', localAddress: 'redmoon:0' }): number {
    const { engine, now } = this.#internals;
    if (this.isShutDown) throw new RedmoonError('ERR a client has shut this Redmoon down: make a new one', { kind: 'command' });
    if (this.#links.size >= CONNECTIONS_MAX) throw new RedmoonError('ERR max number of clients reached', { kind: 'command' });
    const size = engine.write((writer) => {
      writer.text(peer.address);
      writer.text(peer.localAddress);
    });
    const id = engine.use((exports) => exports.connect(size, now()));
    this.#links.set(id, { events, isFull: false, held: [] });
    return id;
  }

  /** Takes what a client has sent. False when it has to wait: its `drain` is called once it has been looked at. */
  receive(id: number, bytes: Uint8Array): boolean {
    const link = this.#links.get(id);
    if (!link || bytes.length === 0) return true;
    if (this.#internals.isRunning()) {
      // Scripts are atomic.
      if (link.held.push(bytes) === 1) this.#held.push(id);
      return false;
    }
    this.#guard(() => this.#feed(id, bytes));
    this.#internals.notify();
    return true;
  }

  resume(id: number): void {
    const link = this.#links.get(id);
    if (!link?.isFull) return;
    link.isFull = false;
    this.#guard(() => this.#flush(id));
  }

  disconnect(id: number): void {
    if (!this.#links.delete(id) || !this.#internals.engine.isOpen) return;
    this.#guard(() => this.#internals.engine.use((exports) => exports.disconnect(id)));
    this.#settle();
  }

  #feed(id: number, bytes: Uint8Array): void {
    const { engine, now } = this.#internals;
    for (let at = 0; at < bytes.length && this.#links.has(id); at += CHUNK_SIZE) {
      const size = engine.write((writer) => writer.raw(bytes.subarray(at, at + CHUNK_SIZE)));
      engine.use((exports) => exports.receive(id, size, now()));
    }
  }

  /** Does what can be done now that something has happened. */
  #settle(): void {
    if (!this.#internals.engine.isOpen) {
      this.#endAll();
      return;
    }
    if (this.#internals.isRunning()) return;
    this.#guard(() => {
      this.#takeHeld();
      this.#internals.takeOutput();
      this.#handOut();
      this.#keepTime();
    });
  }

  #takeHeld(): void {
    if (this.#held.length === 0) return;
    const ids = this.#held;
    this.#held = [];
    for (const id of ids) {
      const link = this.#links.get(id);
      if (!link) continue;
      for (const bytes of link.held.splice(0)) this.#feed(id, bytes);
      tell(() => link.events.drain?.());
    }
  }

  /** Hands output to those who have some. */
  #handOut(): void {
    const { engine } = this.#internals;
    const changed = engine.use((exports) => engine.read(exports.changed()).value(TEXT)) as number[];
    for (const id of changed) this.#flush(id);
    if (!this.isShutDown) return;
    for (const id of [...this.#links.keys()]) this.#flush(id);
    this.#endAll();
    for (const call of [...this.#onShutdown]) call();
  }

  /** Hands a connection its output, and ends it if it is at its end. */
  #flush(id: number): void {
    const { engine } = this.#internals;
    const link = this.#links.get(id);
    // One that is sent away because it does not read is not waited for.
    const isClosed = engine.use((exports) => exports.is_closed(id)) !== 0;
    if (!link || (link.isFull && !isClosed)) return;
    const output = engine.use((exports) => engine.bytes(exports.outgoing(id)).slice());
    if (output.length > 0 && tell(() => link.events.data(output)) === false) link.isFull = true;
    if (!isClosed || !this.#links.delete(id)) return;
    engine.use((exports) => exports.disconnect(id));
    tell(() => link.events.close?.());
  }

  /** Ends all connections. */
  #endAll(error?: Error): void {
    clearTimeout(this.#timer);
    this.#timerAt = -1;
    const links = [...this.#links];
    this.#links.clear();
    this.#held = [];
    const { engine } = this.#internals;
    for (const [id, link] of links) {
      if (engine.isOpen) engine.use((exports) => exports.disconnect(id));
      tell(() => link.events.close?.(error));
    }
  }

  /** What stops the module in the middle ends its connections; their clients are told. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#internals.engine.isOpen) throw error;
      this.#endAll(error as Error);
    }
  }

  /** Comes back when something is due. */
  #keepTime(): void {
    const next = this.#internals.engine.use((exports) => exports.next_ms());
    // Keys whose time comes are nobody's concern when nobody is there; a script whose client has gone runs to its end.
    const at = this.#links.size === 0 && next > 0 ? -1 : next;
    if (at === this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    if (at > 0) {
      const ms = Math.min(Math.max(at - this.#internals.now(), 1), TIMER_MS_MAX);
      this.#timer = setTimeout(() => {
        this.#timerAt = -1;
        this.#advance();
      }, ms);
    } else if (at === 0 && !this.#isDue) {
      this.#isDue = true;
      void nextTurn().then(() => {
        this.#isDue = false;
        this.#timerAt = -1;
        this.#advance();
      });
    }
  }

  /** Does what is due: slices of a script, ends of waits. */
  #advance(): void {
    const { engine, isRunning, now, notify } = this.#internals;
    // What ends the run comes back here.
    if (!engine.isOpen || isRunning()) return;
    const until = performance.now() + TURN_MS;
    this.#guard(() =>
      engine.use((exports) => {
        do exports.advance(now());
        while (exports.next_ms() === 0 && performance.now() < until);
      }),
    );
    notify();
  }
}

/** Calls someone else's function. What it throws is nobody's here, and must not keep others from being told. */
function tell<R>(call: () => R): R | undefined {
  try {
    return call();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
    return undefined;
  }
}
