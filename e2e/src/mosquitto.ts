import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './house.ts';
import { startProgram } from './room.ts';
import { until } from './until.ts';

/** The mosquitto of this machine; null when it has none. */
export const MOSQUITTO =
  ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
    (program) => !spawnSync(program, ['-h']).error,
  ) ?? null;

/** A broker that is none of ours. */
export interface Broker {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts mosquitto on a free port of this machine; rejects when there is none. */
export async function startMosquitto(): Promise<Broker> {
  if (MOSQUITTO === null) throw new Error('the program mosquitto is not installed');
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-mosquitto-'));
  chmodSync(directory, 0o755);
  const [port = 0] = await freePorts(1);
  const config = join(directory, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const broker = startProgram(MOSQUITTO, ['-c', config], { env: process.env, logFile: join(directory, 'log') });
  const close = async (): Promise<void> => {
    await broker.kill9();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await until(() => broker.over || listens(port), { for: 'mosquitto' });
    if (broker.over) throw new Error(`mosquitto ended by itself; its last words:\n${broker.lastWords}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `mqtt://127.0.0.1:${port}`, close };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
