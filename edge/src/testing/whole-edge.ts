import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type RunningEdge, startEdge } from '../compose.ts';
import { type EdgeConfig, readConfig } from '../config.ts';
import type { Log } from '../events.ts';
import { assertWaitsLonger } from './patience.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A log that nobody reads. */
export const QUIET: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Nobody listens there: a cloud that is away. */
export const NOWHERE = 'http://127.0.0.1:1';

/** An edge that knows no site yet. */
export const EMPTY_REGISTRY = '{ version: 1, sites: [], zones: [], assets: [], devices: [] }\n';

/** The directory of a whole edge, which outlives the edges that are started on it; gone when the test has finished. */
export interface EdgeHome {
  /** What `KEEPSITE_DATA_DIR` says. */
  readonly folder: string;
  /** The path of one of the edge's own files. */
  file(name: string): string;
  /** Writes one of the edge's own files, `registry.yaml` for one. */
  write(name: string, text: string): void;
  /** Of environment variables beside its own: this directory, free ports, no cloud. An Error names what is wrong. */
  config(settings?: Readonly<Record<string, string>>): EdgeConfig;
  /**
   * Starts an edge as the product does. Its `stop` may be called again: it is, when the test has finished, after
   * everything that the test began later.
   */
  start(settings?: Readonly<Record<string, string>>): Promise<RunningEdge>;
}

/**
 * A directory with this `registry.yaml` and nothing else. Called within a test that waits longer, or within its
 * `beforeEach`.
 */
export function createEdgeHome(registry: string = EMPTY_REGISTRY): EdgeHome {
  assertWaitsLonger();
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'edge'));
  const home: EdgeHome = {
    folder,
    file: (name) => join(folder, 'edge', name),
    write: (name, text) => writeFileSync(home.file(name), text),
    config(settings) {
      const read = readConfig({
        KEEPSITE_DATA_DIR: folder,
        KEEPSITE_EDGE_HTTP_PORT: '0',
        KEEPSITE_EDGE_MQTT_PORT: '0',
        KEEPSITE_CLOUD_URL: NOWHERE,
        ...settings,
      });
      if (!read.ok) throw new Error(read.faults.join(' '));
      return read.config;
    },
    async start(settings) {
      const edge = await startEdge(home.config(settings), QUIET);
      let stopped: Promise<void> | undefined;
      const stop = () => (stopped ??= edge.stop());
      onTestFinished(stop);
      return { ...edge, stop };
    },
  };
  home.write('registry.yaml', registry);
  return home;
}

function nothing(): void {}
