// A real PostgreSQL for the cloud's tests, as a process: prints where it is, and ends with its standard input.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres.ts';
import { openDatabase } from '../adapters/postgres/database.ts';
import { createDatabase } from './create-database.ts';

const directory = mkdtempSync(join(tmpdir(), 'keepsite-test-'));
const fallback = `${directory}-fallback`;
const server = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), fallback, durable: false });
const migrated = await createDatabase(server.url);
const database = openDatabase(migrated, 1);
await database.migrate();
await database.close();
process.stdout.write(`${JSON.stringify({ url: server.url, template: new URL(migrated).pathname.slice(1) })}\n`);
process.stdin.resume();
await once(process.stdin, 'end');
await server.stop();
for (const made of [directory, fallback]) rmSync(made, { recursive: true, force: true });
