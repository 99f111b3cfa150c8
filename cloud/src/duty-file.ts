import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChannelSettings, NO_SETTINGS, parseChannelSettings } from '@keepsite/edge-notify';
import { LineCounter, parseDocument } from 'yaml';
import { CLOUD_CHANNELS } from './adapters/notifier.ts';
import type { CloudConfig } from './config.ts';
import { Duty, NOBODY, unknownNames } from './domain/alarm/duty.ts';
import { CloudError } from './errors.ts';

type Files = Pick<CloudConfig, 'channelsFile' | 'dutyFile' | 'dataDir'>;
type Environment = Readonly<Record<string, string | undefined>>;

/** How the cloud reaches people, and whom it pages about a blind site. */
export interface Reach {
  readonly channels: ChannelSettings;
  readonly duty: Duty;
}

/**
 * Reads `channels.yaml` and `duty.yaml`; without them the cloud has its webhook and its log, and
 * pages nobody. Throws CLOUD_CONFIG_INVALID with every fault at once, each with its line where it has
 * one, also when a path that somebody wrote down leads nowhere.
 */
export function readReach(files: Files, environment: Environment): Reach {
  const faults: string[] = [];
  const channels = readChannels(files, environment, faults);
  const duty = readDuty(files, faults);
  const names = new Set<string>([...CLOUD_CHANNELS, ...channels.channels.keys()]);
  faults.push(...unknownNames(duty, names).map((fault) => `${files.dutyFile}: ${fault}`));
  if (faults.length === 0) return { channels, duty };
  throw new CloudError('CLOUD_CONFIG_INVALID', `whom the cloud pages cannot be read: ${faults.join('; ')}`, {
    details: faults,
  });
}

function readChannels({ channelsFile, dataDir }: Files, environment: Environment, faults: string[]): ChannelSettings {
  const text = textOf(channelsFile, join(dataDir, 'cloud', 'channels.yaml'), faults);
  if (text === null) return NO_SETTINGS;
  const parsed = parseChannelSettings(text, channelsFile, environment);
  if (parsed.ok) return parsed.settings;
  faults.push(...parsed.faults);
  return NO_SETTINGS;
}

function readDuty({ dutyFile, dataDir }: Files, faults: string[]): Duty {
  const text = textOf(dutyFile, join(dataDir, 'cloud', 'duty.yaml'), faults);
  if (text === null) return NOBODY;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    faults.push(`${dutyFile}:${lines.linePos(broken.pos[0]).line}: ${broken.message.split('\n')[0]}`);
    return NOBODY;
  }
  const parsed = Duty.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues)
    faults.push(`${dutyFile}: ${path.map(String).join('.') || 'the file'}: ${message}`);
  return NOBODY;
}

/** Null when there is no file and nobody said that there is one. */
function textOf(path: string, usual: string, faults: string[]): string | null {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  if (path !== usual) faults.push(`there is no ${path}`);
  return null;
}
