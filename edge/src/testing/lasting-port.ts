import { once } from 'node:events';
import { createServer } from 'node:net';

/** The system hands out ports from 32,768 on (Linux) or 49,152 (others) to whoever connects or asks for any. */
const LOWEST = 15_000;
const HIGHEST = 30_000;

/**
 * A port of 127.0.0.1 to listen on, to leave and to come back to: nobody is given it meanwhile, as happens once in many
 * thousand times with one that the system chose.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
