import { startEmbeddedPostgres } from '../adapters/embedded-postgres.ts';

// A program for tests that kill it: holds a PostgreSQL until it dies.
const [directory = '', fallback = ''] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ directory, fallback, durable: false });
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url, shared: server.shared })}\n`);
setInterval(() => undefined, 60_000);
