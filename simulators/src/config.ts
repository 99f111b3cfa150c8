import { join, resolve } from 'node:path';
import { SimulatorError } from './errors.ts';

/** What the simulators take from their environment; options on the command line come first. */
export interface SimulatorConfig {
  readonly dataDir: string;
  readonly edgeUrl: string;
  readonly cloudUrl: string;
  readonly mqttUrl: string;
  readonly httpPort: number;
  readonly apiToken: string | undefined;
}

/** Reads the process's environment; throws SIM_BAD_INPUT for a port that is none. An empty value counts as absent. */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): SimulatorConfig {
  const text = (key: string) => env[key]?.trim() || undefined;
  const port = (key: string, fallback: number) => portOf(key, text(key) ?? String(fallback));
  return {
    dataDir: resolve(text('KEEPSITE_DATA_DIR') ?? './data'),
    edgeUrl: `http://127.0.0.1:${port('KEEPSITE_EDGE_HTTP_PORT', 7070)}`,
    cloudUrl: text('KEEPSITE_CLOUD_URL') ?? `http://127.0.0.1:${port('KEEPSITE_CLOUD_HTTP_PORT', 7000)}`,
    mqttUrl: text('KEEPSITE_MQTT_URL') ?? `mqtt://127.0.0.1:${port('KEEPSITE_EDGE_MQTT_PORT', 1883)}`,
    httpPort: port('KEEPSITE_SIM_HTTP_PORT', 7080),
    apiToken: text('KEEPSITE_API_TOKEN'),
  };
}

/** Where the plan of the told history is kept. */
export function seedFile(dataDir: string): string {
  return join(dataDir, 'simulators', 'history.json');
}

/** A TCP port; 0 takes any free one. */
export function portOf(name: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new SimulatorError('SIM_BAD_INPUT', `${name} is "${text}"; a port number is needed`);
}
