// Builds one static page that can lie anywhere: all addresses in it are relative.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const npm = here('../npm/dist');

if (!existsSync(`${npm}/redmoon-tools.wasm`)) throw new Error('npm/dist is missing: build the package first (cargo xtask npm)');

/** The service worker, with the names of all files. */
function serviceWorker(): Plugin {
  return {
    name: 'redmoon:service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const publicFiles = readdirSync(here('public'));
      const hash = createHash('sha256');
      for (const file of Object.values(bundle)) hash.update(file.fileName).update(file.type === 'chunk' ? file.code : file.source);
      for (const name of publicFiles) hash.update(readFileSync(here(`public/${name}`)));
      const files = ['./', ...Object.keys(bundle).filter((name) => name !== 'index.html'), ...publicFiles];
      const source = readFileSync(here('src/sw.js'), 'utf8')
        .replace('__VERSION__', hash.digest('hex').slice(0, 16))
        .replace('__FILES__', JSON.stringify(files));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [serviceWorker()],
  resolve: {
    alias: [
      { find: /^redmoon\/redmoon-tools\.wasm/, replacement: `${npm}/redmoon-tools.wasm` },
      { find: /^redmoon$/, replacement: `${npm}/esm/browser.js` },
    ],
  },
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Small icons would go into the styles as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
  server: { fs: { allow: [here('.'), npm] } },
});
