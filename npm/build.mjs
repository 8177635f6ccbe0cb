// Builds the package: JavaScript as ES modules and as CommonJS, types for both, and the WebAssembly modules.
//
//     node build.mjs [--wasm FILE] [--tools FILE]
//
// `cargo xtask npm` makes the WebAssembly module first and hands it in.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transform } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    wasm: { type: 'string', default: path.join(root, '../target/wasm/web/redmoon_bg.wasm') },
    // The same with what editors and debuggers ask.
    tools: { type: 'string', default: path.join(root, '../target/wasm/web-tools/redmoon_bg.wasm') },
  },
});
const source = path.join(root, 'src');
const dist = path.join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
for (const kind of ['esm', 'cjs']) mkdirSync(path.join(dist, kind), { recursive: true });

// CommonJS knows where it is in its own way.
const HERE = 'import { pathToFileURL } from "node:url";\nexport const here = pathToFileURL(__filename).href;\n';

// Bundlers make a URL, bytes or a module of an imported .wasm; `Redmoon.create({ wasm })` takes them all.
const WASM_TYPES = "import type { WasmSource } from './esm/module.js';\ndeclare const wasm: WasmSource;\nexport default wasm;\n";

for (const name of readdirSync(source).filter((name) => name.endsWith('.ts'))) {
  const text = readFileSync(path.join(source, name), 'utf8');
  const base = name.slice(0, -3);
  for (const [kind, format] of [['esm', 'esm'], ['cjs', 'cjs']]) {
    if (format === 'cjs' && (base === 'workerd' || base === 'browser')) continue;
    const input = format === 'cjs' && base === 'here' ? HERE : text;
    const { code } = await transform(input, { loader: 'ts', format, target: 'es2022', sourcefile: name });
    writeFileSync(path.join(dist, kind, `${base}.js`), code);
  }
}
writeFileSync(path.join(dist, 'cjs/package.json'), '{ "type": "commonjs" }\n');

const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
const types = spawnSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' });
if (types.status !== 0) process.exit(types.status ?? 1);
for (const name of readdirSync(path.join(dist, 'esm')).filter((name) => name.endsWith('.d.ts'))) {
  cpSync(path.join(dist, 'esm', name), path.join(dist, 'cjs', name));
}
for (const [file, name] of [[options.wasm, 'redmoon.wasm'], [options.tools, 'redmoon-tools.wasm']]) {
  cpSync(file, path.join(dist, name));
  writeFileSync(path.join(dist, `${name}.d.ts`), WASM_TYPES);
}
for (const name of ['LICENSE-MIT', 'LICENSE-APACHE']) cpSync(path.join(root, '..', name), path.join(root, name));
