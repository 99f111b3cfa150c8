/** What the cloud says: its API's shapes, and the commands that it hands down to edges. */
export * from './commands.ts';
export * from './clients.ts';
export * from './crm.ts';
export * from './energy-changes.ts';
export * from './energy-kept.ts';
export * from './energy-report.ts';
export * from './energy.ts';
export * from './alarms.ts';
export * from './spending.ts';
export * from './repairs.ts';
export * from './response-times.ts';
export * from './reviews.ts';
export * from './follow-ups.ts';
export * from './response.ts';
