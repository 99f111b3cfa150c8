import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dashboards/dist', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

/** The built web app by itself, which can be released anew while pages of it are open. */
export interface WebCopy {
  readonly url: string;
  /** Another build: its first page carries this name, and the worker knows it by its hash. */
  release(build: string): void;
  /** How caches tell the present first page from others. */
  revision(): string;
  close(): Promise<void>;
}

export async function startWebCopy(build: string): Promise<WebCopy> {
  const original = readFileSync(join(DIST, 'index.html'), 'utf8');
  const worker = readFileSync(join(DIST, 'sw.js'), 'utf8');
  let page = original;
  const release = (name: string): void => {
    page = original.replace('<head>', `<head><meta name="build" content="${name}" />`);
  };
  release(build);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://copy').pathname;
    const file = extname(path) === '' ? '/index.html' : path;
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    if (path.startsWith('/api/')) return response.writeHead(404).end();
    response.setHeader('content-type', type).setHeader('cache-control', 'no-cache');
    if (file === '/index.html') return response.end(page);
    if (file === '/sw.js') return response.end(worker.replaceAll(integrityOf(original), integrityOf(page)));
    return response.end(readFileSync(join(DIST, file)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release,
    revision: () => encodeURIComponent(integrityOf(page)),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function integrityOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
