// The page's side of the worker. What does not stop when it is asked to is ended, and a new worker takes its place.

import wasmUrl from 'redmoon/redmoon-tools.wasm?url';
import type { Entry } from '../keyspace.js';
import type { FromWorker, OutputLine, Ready, RequestName, Requests } from './protocol.js';

/** How long a worker has to answer when it is told to stop. */
const PATIENCE_MS = 400;

/** The worker has been ended while it worked. */
export class Ended extends Error {}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface ClientOptions {
  /** What a new worker's keyspace holds. */
  entries(): Entry[];
  memoryMb(): number;
  onOutput(lines: OutputLine[], dropped: number): void;
}

/** The module is on its way as soon as this file is read. */
const module: Promise<WebAssembly.Module> = compile();
module.catch(() => {});

async function compile(): Promise<WebAssembly.Module> {
  const response = await fetch(wasmUrl);
  if (!response.ok) throw new Error(`${wasmUrl}: the server answered ${response.status}`);
  // Servers that do not know the type of .wasm would make compileStreaming fail.
  if (response.headers.get('content-type')?.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

export class Client {
  #worker!: Worker;
  #last = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#spawn();
  }

  #spawn(): void {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'redmoon' });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('output' in data) return this.#options.onOutput(data.output, data.dropped);
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('failure' in data) waiting?.reject(new Error(data.failure));
      else waiting?.resolve(data.value);
    };
    this.#worker.onerror = (event) => this.#rejectAll(new Error(event.message || 'the worker could not be started'));
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async start(): Promise<Ready> {
    return this.request('init', { module: await module, entries: this.#options.entries(), memoryMb: this.#options.memoryMb() });
  }

  request<Name extends RequestName>(name: Name, body: Requests[Name][0]): Promise<Requests[Name][1]> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ id, name, body });
    });
  }

  /** Ends what is running. True when the worker had to be replaced: its keyspace is that of before the run. */
  async stop(): Promise<boolean> {
    const busy = this.#waiting.size;
    if (busy === 0) return false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isLate = await Promise.race([
      this.request('abort', {}).then(() => false),
      new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(true), PATIENCE_MS);
      }),
    ]);
    clearTimeout(timer);
    if (!isLate) return false;
    this.#worker.terminate();
    this.#rejectAll(new Ended('Stopped.'));
    this.#spawn();
    await this.start();
    return true;
  }
}
