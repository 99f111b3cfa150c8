import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Served at the root of both edge and cloud; the page talks to the server that served it.
const api = process.env['KEEPSITE_DEV_API'] ?? 'http://127.0.0.1:7070';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 400 },
  server: { host: '127.0.0.1', proxy: { '/api': api } },
});
