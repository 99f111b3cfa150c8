import { BUILT_IN } from '@keepsite/edge-notify';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { removeTextFile, writeTextFile } from './adapters/durable-file.ts';
import { createInstaller, type Installer, type InstallerParts } from './adoption/installer.ts';
import type { ChannelTypes } from './channels.ts';
import type { EdgeConfig } from './config.ts';
import type { Log } from './events.ts';
import type { Facility } from './facility.ts';
import type { Clock, Knowledge, Pipeline, Store } from './ports.ts';
import { createResponseDesk, type ResponseDesk } from './response/desk.ts';
import { readTexts, responseFiles } from './setup.ts';

/** Where the setup is kept, and who learns that it is another. */
export interface SetupDesksParts {
  readonly config: EdgeConfig;
  readonly facility: Facility;
  /** Called with what the edge should know from then on. */
  readonly takeEffect: (knowledge: Knowledge) => Promise<void>;
  readonly channels: ChannelTypes;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
}

/** Where the setup is changed while the edge runs: its devices and mappings, and who responds and how. */
export interface SetupDesks {
  readonly installer: Installer;
  readonly response: ResponseDesk;
}

/** A change is checked, written into its file, and then told to `takeEffect`; nothing is written here before one. */
export function createSetupDesks(parts: SetupDesksParts): SetupDesks {
  const { config, facility, takeEffect, channels, store, pipeline, clock, log } = parts;
  const both: Pick<InstallerParts, 'clock' | 'current' | 'texts' | 'prepare' | 'log'> = {
    clock,
    current: () => facility.current,
    texts: () => readTexts(config),
    prepare: (texts) => facility.prepare(texts, takeEffect),
    log,
  };
  return {
    installer: createInstaller({
      ...both,
      store,
      pipeline,
      writeAdopted: (text) => writeTextFile(config.adoptedFile, text),
      writeMapping: (name, text) => writeTextFile(join(config.mappingsDir, name), text),
      removeMapping: (name) => removeTextFile(join(config.mappingsDir, name)),
    }),
    response: createResponseDesk({
      ...both,
      write: (file, text) => writeTextFile(responseFiles(config.adoptedFile)[file], text),
      channels: () => [...BUILT_IN, ...channels.keys()],
      newId: randomUUID,
    }),
  };
}
