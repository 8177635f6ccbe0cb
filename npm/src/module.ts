// Where the WebAssembly module comes from. Nothing is fetched unless a URL is given.

import { RedmoonError } from './errors.js';

/** The module, compiled, as bytes, or where to get it: a URL, or a response that is on its way. */
export type WasmSource =
  | WebAssembly.Module
  | BufferSource
  | URL
  | string
  | Response
  | PromiseLike<WebAssembly.Module | BufferSource | Response>;

/** What a platform adds: the module that comes with the package, and how its files are read. */
export interface Platform {
  /** The module that comes with the package, if the platform can have it without a request. */
  packaged?(): Promise<WebAssembly.Module>;
  packagedSync?(): WebAssembly.Module;
  /** The bytes of a file: `file:` URLs, and paths. */
  readFile?(path: URL | string): Promise<Uint8Array>;
}

let platform: Platform = {};
let packaged: Promise<WebAssembly.Module> | undefined;
let packagedModule: WebAssembly.Module | undefined;

/** Says what the platform can do. */
export function setPlatform(what: Platform): void {
  platform = what;
}

const MISSING =
  'where redmoon.wasm is has to be said here: Redmoon.create({ wasm }) takes a URL, a Response, bytes or a WebAssembly.Module ' +
  "(with Vite: import wasm from 'redmoon/redmoon.wasm?url')";

/** The compiled module; that of the package is compiled once. */
export async function load(source: WasmSource | undefined): Promise<WebAssembly.Module> {
  if (source === undefined) {
    if (packagedModule) return packagedModule;
    if (!platform.packaged) throw new TypeError(MISSING);
    packaged ??= platform.packaged();
    return (packagedModule = await packaged);
  }
  const what = await source;
  if (what instanceof WebAssembly.Module) return what;
  if (typeof what === 'string' || what instanceof URL) return loadUrl(what);
  if (typeof Response !== 'undefined' && what instanceof Response) return compileResponse(what);
  return WebAssembly.compile(what as BufferSource);
}

async function loadUrl(url: URL | string): Promise<WebAssembly.Module> {
  const isFile = url instanceof URL ? url.protocol === 'file:' : !/^(https?|blob|data):/i.test(url);
  if (isFile && platform.readFile) return WebAssembly.compile((await platform.readFile(url)) as BufferSource);
  return compileResponse(await fetch(url));
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) {
    throw new RedmoonError(`ERR ${response.url || 'redmoon.wasm'}: the server answered ${response.status}`, { kind: 'internal' });
  }
  // Servers that do not know the type of .wasm would make compileStreaming fail.
  if (response.headers.get('content-type')?.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** The compiled module without waiting. */
export function loadSync(source: WebAssembly.Module | BufferSource | undefined): WebAssembly.Module {
  if (source instanceof WebAssembly.Module) return source;
  if (source !== undefined) return new WebAssembly.Module(source);
  if (packagedModule) return packagedModule;
  if (!platform.packagedSync) throw new TypeError(MISSING);
  return (packagedModule = platform.packagedSync());
}
