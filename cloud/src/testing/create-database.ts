import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Answers the URL of a new database on a server: empty, or a copy of another. */
export async function createDatabase(server: string, template = 'template1'): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await client.end();
  }
  return server.replace(/\/[^/]*$/, `/${name}`);
}
