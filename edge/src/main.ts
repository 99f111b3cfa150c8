import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import pino from 'pino';
import { loadConfig } from './config.ts';
import { sentenceOf } from './errors.ts';
import { keepCompiled } from './keep-compiled.ts';
import { THREAD_FLAG } from './node-flags.ts';

/** The first time takes half a second, so not while it starts. */
const KEEP_COMPILED_AFTER_MS = 10_000;

/**
 * The door: runs until SIGTERM or SIGINT, then stops in order. With `json` one line on standard
 * output tells the real ports; the log goes to standard error either way. Answers the exit code.
 */
export async function main(options: { readonly json?: boolean } = {}): Promise<number> {
  const config = loadConfig();
  // What was compiled once is kept, where nobody else can write. Threads read the variable, for themselves.
  process.env['NODE_COMPILE_CACHE'] ??= join(config.dataDir, 'edge', 'compiled');
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
  setFlagsFromString(THREAD_FLAG);
  const { startEdge } = await import('./compose.ts');
  const log = pino({ level: config.logLevel, base: { room: 'edge', edge: config.edge } }, pino.destination(2));
  const asked = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  const running = await startEdge(config, log);
  const { url, port, mqttPort, mqttsPort, setupCode, failed, stop } = running;
  // Without that door the signal ends the process, as when its terminal is closed.
  if (mqttsPort !== null) process.on('SIGHUP', running.reloadCertificates);
  const broker =
    mqttPort === null ? String(config.mqtt.url).replace(/\/\/[^@/]*@/, '//') : `mqtt://${config.mqtt.host}:${mqttPort}`;
  keepCompiled(KEEP_COMPILED_AFTER_MS);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ room: 'edge', edge: config.edge, url, port, mqttPort, mqttsPort })}\n`);
  else process.stdout.write(`edge   ${url}\nmqtt   ${broker}\n`);
  if (mqttsPort !== null && !options.json)
    process.stdout.write(`mqtts  mqtts://${config.mqtt.tls?.host}:${mqttsPort}\n`);
  if (setupCode !== null) process.stderr.write(setupInvitation(config.http.publicUrl ?? url, setupCode));
  const failure = await Promise.race([asked, failed]);
  if (!failure) {
    await stop();
    return 0;
  }
  process.stderr.write(`${failure.message}\n`);
  await stop().catch((error: unknown) => process.stderr.write(`${sentenceOf(error)}\n`));
  return 1;
}

/** Said on the console and nowhere else: the code itself is not kept. */
function setupInvitation(url: string, code: string): string {
  return `setup  ${url}/setup makes the first admin with the code ${code} (it holds once, until the next start)\n`;
}

if (import.meta.main) {
  const code = await main({ json: process.argv.includes('--json') }).catch((error: unknown) => {
    process.stderr.write(`${sentenceOf(error)}\n`);
    return 1;
  });
  // Whatever could not be closed must not keep a gateway half alive: whoever supervises it starts it anew.
  if (code === 0) process.exitCode = 0;
  else process.exit(code);
}
