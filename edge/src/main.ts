import pino from 'pino';
import { startEdge } from './compose.ts';
import { loadConfig } from './config.ts';

/**
 * The door: runs until SIGTERM or SIGINT, then stops in order. With `json` one line on standard
 * output tells the real ports; the log goes to standard error either way. Answers the exit code.
 */
export async function main(options: { readonly json?: boolean } = {}): Promise<number> {
  const config = loadConfig();
  const log = pino({ level: config.logLevel, base: { room: 'edge', edge: config.edge } }, pino.destination(2));
  const asked = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  const { url, port, mqttPort, stop } = await startEdge(config, log);
  const broker =
    mqttPort === null ? String(config.mqtt.url).replace(/\/\/[^@/]*@/, '//') : `mqtt://${config.mqtt.host}:${mqttPort}`;
  if (options.json)
    process.stdout.write(`${JSON.stringify({ room: 'edge', edge: config.edge, url, port, mqttPort })}\n`);
  else process.stdout.write(`edge   ${url}\nmqtt   ${broker}\n`);
  await asked;
  await stop();
  return 0;
}

if (import.meta.main) {
  process.exitCode = await main({ json: process.argv.includes('--json') }).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  });
}
