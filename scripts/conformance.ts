// `npm run conformance -- DIR`: Eclipse Paho's MQTT 3.1.1 interoperability tests against the embedded broker of
// a demo gateway. DIR is a checkout of https://github.com/eclipse/paho.mqtt.testing; nothing of it is kept here.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type EdgeDoors, run, type Running } from '../edge/bench/processes.ts';

interface Verdict {
  readonly test: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  readonly why: string | null;
}

const USAGE = `npm run conformance -- DIR [--verbose]

  DIR         a checkout of https://github.com/eclipse/paho.mqtt.testing
  --verbose   what the tests themselves print
  --help      this text

Needs python3. Exit codes: 0 every test passed, 2 bad usage, 1 failure.`;

/** The suite wants one filter that nobody may subscribe to. */
const DENIED = 'test/nosubscribe';
const WRAPPER = join(import.meta.dirname, 'conformance.py');

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) return 2;
  if (asked.help) {
    console.log(USAGE);
    return 0;
  }
  const suite = resolve(asked.dir, 'interoperability');
  if (!existsSync(join(suite, 'client_test.py'))) {
    console.error(`there is no interoperability/client_test.py in ${asked.dir || 'DIR'}\n\n${USAGE}`);
    return 2;
  }
  const verdicts = await examined(suite, asked.verbose);
  const passed = verdicts.filter(({ verdict }) => verdict === 'passed').length;
  console.log(`${passed} of ${verdicts.length} tests passed`);
  return passed === verdicts.length && passed > 0 ? 0 : 1;
}

function readArguments(args: string[]): { dir: string; verbose: boolean; help: boolean } | null {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { verbose: flag, help: flag } });
    return { dir: positionals[0] ?? '', ...values };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return null;
  }
}

async function examined(suite: string, verbose: boolean): Promise<Verdict[]> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-conformance-'));
  try {
    const edge = await startDemo(dir);
    try {
      return await examine(suite, edge.said.mqttPort, verbose);
    } finally {
      await edge.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A gateway as `npm start` has it, on free ports, without the cloud and the simulators. */
function startDemo(dir: string): Promise<Running<EdgeDoors>> {
  const env = {
    KEEPSITE_DEMO: '1',
    KEEPSITE_DATA_DIR: dir,
    KEEPSITE_EDGE_CONFIG: '',
    KEEPSITE_EDGE_MAPPINGS: '',
    KEEPSITE_EDGE_HTTP_PORT: '0',
    KEEPSITE_EDGE_MQTT_PORT: '0',
    KEEPSITE_EDGE_MQTT_DENY_SUBSCRIBE: DENIED,
    KEEPSITE_CLOUD_URL: '',
    KEEPSITE_MQTT_URL: '',
    KEEPSITE_LOG_LEVEL: 'error',
  };
  return run<EdgeDoors>('../src/main.ts', ['--json'], { env });
}

/** Tells each verdict as it comes. Rejects when python3 cannot be started, or ends otherwise than well. */
async function examine(suite: string, port: number, verbose: boolean): Promise<Verdict[]> {
  const python = spawn('python3', [WRAPPER, '127.0.0.1', String(port), DENIED], {
    cwd: suite,
    stdio: ['ignore', 'pipe', verbose ? 'inherit' : 'ignore'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  const ended = once(python, 'close');
  const verdicts: Verdict[] = [];
  for await (const line of createInterface({ input: python.stdout })) {
    const verdict = JSON.parse(line) as Verdict;
    verdicts.push(verdict);
    console.log(`${verdict.verdict.padEnd(8)}${verdict.test}${verdict.why ? `: ${verdict.why}` : ''}`);
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`the suite ended with ${code}; --verbose shows why`);
  return verdicts;
}
