/** What the cloud says: its API's shapes, and the commands that it hands down to edges. */
export * from './commands.ts';
export * from './clients.ts';
export * from './crm.ts';
