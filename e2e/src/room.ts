import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

const LAST_WORDS = 4_000;
const STOP_WITHIN_MS = 30_000;

/** A process of the product, as somebody with a terminal has it. */
export interface RunningRoom {
  readonly pid: number;
  readonly over: boolean;
  /** What it printed last. */
  readonly lastWords: string;
  /** Asks it to end and resolves to what it ended with; rejects when it had to be killed. */
  stop(): Promise<number | string | null>;
  /** `kill -9`: resolves when it is gone. */
  kill9(): Promise<void>;
}

/** Rooms that a crashed test leaves behind end with the process that started them. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts a program. Its output goes to the end of `logFile`. */
export function startProgram(
  program: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly logFile: string },
): RunningRoom {
  const child = spawn(program, [...args], { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  const log = createWriteStream(options.logFile, { flags: 'a' });
  let lastWords = '';
  let over = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log.write(text);
      lastWords = (lastWords + text).slice(-LAST_WORDS);
    });
  }
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal));
  }).finally(() => {
    over = true;
    alive.delete(child);
    log.end();
  });
  return {
    pid: child.pid ?? 0,
    get over() {
      return over;
    },
    get lastWords() {
      return lastWords;
    },
    async stop() {
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      const end = await ended;
      clearTimeout(insist);
      if (end === 'SIGKILL') throw new Error(`it did not end when asked to; its last words:\n${lastWords}`);
      return end;
    },
    async kill9() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a program of the product to its end; rejects with its words when it fails. */
export async function runToEnd(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${printed.slice(-LAST_WORDS)}`);
  return printed;
}
