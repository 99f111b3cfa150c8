import { simulate } from './cli.ts';

process.exitCode = await simulate(process.argv.slice(2), process.env, { out: console.log, err: console.error });
