import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { NOWHERE } from './whole-edge.ts';

/** A gateway in a process of its own, as it is started at a customer's. */
export interface EdgeProcess {
  readonly url: string;
  readonly mqttPort: number;
  /** Its exit code; null: it was killed. */
  readonly ended: Promise<number | null>;
  /** Resolves when it is gone. */
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => Promise<unknown>;
}

/** Starts one on a data directory; it is killed when the test is over. Rejects when it ends before it has opened its doors. */
export async function startEdgeProcess(folder: string, settings: NodeJS.ProcessEnv = {}): Promise<EdgeProcess> {
  const env = {
    ...process.env,
    KEEPSITE_DATA_DIR: folder,
    KEEPSITE_EDGE_HTTP_PORT: '0',
    KEEPSITE_EDGE_MQTT_PORT: '0',
    KEEPSITE_CLOUD_URL: NOWHERE,
    KEEPSITE_LOG_LEVEL: 'silent',
    ...settings,
  };
  const script = join(import.meta.dirname, '../main.ts');
  const child = spawn(process.execPath, [script, '--json'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, mqttPort } = JSON.parse(line) as Pick<EdgeProcess, 'url' | 'mqttPort'>;
    const kill = (signal: NodeJS.Signals) => {
      child.kill(signal);
      return ended;
    };
    return { url, mqttPort, ended, kill };
  }
  throw new Error('the gateway ended before it said anything');
}
