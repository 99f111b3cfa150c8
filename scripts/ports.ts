import { createServer } from 'node:net';

/** Whether a server may listen on this port of 127.0.0.1 just now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Below what a system hands out to whoever connects or asks for any: from 32,768 on (Linux), from 49,152 on (others). */
const LASTING = { from: 15_000, count: 15_000 } as const;

/** A port to listen on, to leave and to come back to: nobody is given it meanwhile. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = LASTING.from + Math.floor(Math.random() * LASTING.count);
    if (await isFree(port)) return port;
  }
}

/** A port that nobody listens on; somebody else may take it before you do. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
