import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  interface ProvidedContext {
    /** A real server for all test files of the cloud. */
    postgresUrl: string;
    /** A migrated database to copy. */
    postgresTemplate: string;
  }
}

/**
 * One real PostgreSQL for all test files, without durability; each file makes databases of its own in it. A
 * server a file took longer than most of the files.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'postgres-server.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  const { value } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next();
  if (value === undefined) throw new Error('the PostgreSQL of the tests ended before it said where it is');
  const { url, template } = JSON.parse(value) as { readonly url: string; readonly template: string };
  project.provide('postgresUrl', url);
  project.provide('postgresTemplate', template);
  return async () => {
    server.stdin.end();
    await ended;
  };
}
