import pino from 'pino';
import { startCloud } from './compose.ts';
import { loadConfig } from './config.ts';
import { CloudError } from './errors.ts';

/**
 * The door: runs until SIGTERM or SIGINT, then stops in order. With `json` one line on standard
 * output tells the real port, and the log goes to standard error either way. Answers the exit code.
 */
export async function main(options: { readonly json?: boolean } = {}): Promise<number> {
  const config = loadConfig();
  const log = pino({ level: config.logLevel, base: { room: 'cloud' } }, pino.destination(2));
  const asked = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  const cloud = await startCloud(config, log);
  const { url, port, notice } = cloud;
  if (options.json) process.stdout.write(`${JSON.stringify({ room: 'cloud', url, port, notice })}\n`);
  else process.stdout.write(`cloud  ${url}${notice ? `\n       ${notice}` : ''}\n`);
  await asked;
  await cloud.stop();
  return 0;
}

if (import.meta.main) {
  process.exitCode = await main({ json: process.argv.includes('--json') }).catch((error: unknown) => {
    // What can be put right is said in a sentence; anything else is a fault of ours, and its stack says where.
    if (!(error instanceof CloudError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.code === 'CLOUD_CONFIG_INVALID' ? 2 : 1;
  });
}
