/** Who responds, when and within which time: rosters, calendars, response plans and their checks. Pure. */
export * from './civil.ts';
export * from './calendar.ts';
export * from './shift.ts';
export * from './shifts.ts';
export * from './on-call.ts';
export * from './addresses.ts';
export * from './freeze.ts';
export * from './repair-plan.ts';
export * from './finding.ts';
export * from './check.ts';
export * from './merge.ts';
export * from './views.ts';
