import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

export interface ServiceOptions {
  readonly name: string;
  /** A TypeScript file, run by this very Node. */
  readonly file: string;
  /** Flags of Node itself; default none. */
  readonly flags?: readonly string[];
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}

const READY_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 10_000;
const LAST_WORDS = 4_000;

/** A long-running process of the product, its output kept in a file. */
export class Service {
  readonly name: string;
  /** Resolves with what it ended with, however it ends. */
  readonly ended: Promise<number | string | null>;
  readonly #child: ChildProcess;
  #over = false;
  #tail = '';

  constructor({ name, file, flags = [], args, env, logFile }: ServiceOptions) {
    this.name = name;
    this.#child = spawn(process.execPath, [...flags, file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(logFile, { flags: 'a' });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log.write(text);
        this.#tail = (this.#tail + text).slice(-LAST_WORDS);
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('exit', (code, signal) => resolve(code ?? signal));
    });
    void this.ended.then(() => (this.#over = true));
  }

  /** What it printed last. */
  lastWords(): string {
    return this.#tail;
  }

  /** Resolves once the URL answers with 2xx; rejects when the process ends first or takes too long. */
  async ready(url: string): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline && !this.#over) {
      if (await answers(url)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`The ${this.name} did not come up at ${url}. Its last words:\n${this.#tail}`);
  }

  /** Asks it to stop, insists after ten seconds, and waits until it has. */
  async stop(): Promise<void> {
    if (this.#over) return;
    this.#child.kill('SIGTERM');
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.ended;
    clearTimeout(insist);
  }
}

/** Runs a script to its end; rejects with what it printed when it fails. Aborting stops it. */
export async function once(
  file: string,
  args: readonly string[],
  { env, signal }: { readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<void> {
  const child = spawn(process.execPath, [file, ...args], { env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const code = await new Promise<number | string | null>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (exit, killedBy) => resolve(exit ?? killedBy));
  });
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${printed.slice(-LAST_WORDS)}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
