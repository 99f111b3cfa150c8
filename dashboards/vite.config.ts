import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, defineConfig, type Plugin } from 'vite';

// Served at the root of both edge and cloud; the page talks to the server that served it.
const api = process.env['KEEPSITE_DEV_API'] ?? 'http://127.0.0.1:7070';
const root = import.meta.dirname;
/** What weighs more is kept on a phone only once it was used: fonts, and the charts of reports. */
const SHELL_FILE_BYTES = 400_000;

export default defineConfig({
  root,
  base: '/',
  plugins: [react(), serviceWorker()],
  resolve: { alias: [{ find: /^zod$/, replacement: join(root, 'src/no-eval.ts') }] },
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 400 },
  server: { host: '127.0.0.1', proxy: { '/api': api } },
});

/** Builds `sw.js` last, because it names every file of the build. */
function serviceWorker(): Plugin {
  return {
    name: 'keepsite-service-worker',
    apply: 'build',
    async writeBundle() {
      const outDir = join(root, 'dist');
      const { shell, later } = filesOf(outDir);
      await build({
        configFile: false,
        root,
        publicDir: false,
        logLevel: 'error',
        define: {
          SHELL: JSON.stringify(shell),
          LATER: JSON.stringify(later),
          'process.env.NODE_ENV': JSON.stringify('production'),
        },
        build: {
          outDir,
          emptyOutDir: false,
          rollupOptions: { input: 'src/sw/worker.ts', output: { format: 'iife', entryFileNames: 'sw.js' } },
        },
      });
    },
  };
}

/** The integrity keeps files of two builds from ever becoming one shell. */
function filesOf(outDir: string) {
  const paths = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(outDir, path)).isFile(),
  );
  const isShell = (path: string): boolean =>
    !path.endsWith('.woff2') && statSync(join(outDir, path)).size <= SHELL_FILE_BYTES;
  const urlOf = (path: string): string => `/${path.split(sep).join('/')}`;
  return {
    shell: paths.filter(isShell).map((path) => {
      const integrity = `sha256-${createHash('sha256')
        .update(readFileSync(join(outDir, path)))
        .digest('base64')}`;
      // Files of assets/ carry their hash in the name.
      return { url: urlOf(path), revision: path.startsWith('assets') ? null : integrity, integrity };
    }),
    later: paths.filter((path) => !isShell(path)).map(urlOf),
  };
}
