import type { Person } from '@keepsite/edge-contract';
import { BUILT_IN, type ChannelSettings, NO_SETTINGS, parseChannelSettings } from '@keepsite/edge-notify';
import { dirname, join } from 'node:path';
import { readTextFile } from './adapters/text-files.ts';
import type { EdgeConfig } from './config.ts';
import { EdgeError } from './errors.ts';

/**
 * Reads how this edge reaches people; without a file it has MQTT, the webhook and its log. Throws
 * EDGE_CONFIG_INVALID with every fault at once. `environment` fills in what the file calls `${NAME}`.
 */
export function readChannels(
  { channelsFile, adoptedFile }: Pick<EdgeConfig, 'channelsFile' | 'adoptedFile'>,
  environment: Readonly<Record<string, string | undefined>>,
): ChannelSettings {
  const file = readTextFile(channelsFile);
  if (file === null) {
    // A path that somebody wrote down leads to their channels, or nobody is paged.
    if (channelsFile !== join(dirname(adoptedFile), 'channels.yaml'))
      throw new EdgeError('EDGE_CONFIG_INVALID', `there is no ${channelsFile}`);
    return NO_SETTINGS;
  }
  const parsed = parseChannelSettings(file.text, file.name, environment);
  if (parsed.ok) return parsed.settings;
  throw new EdgeError('EDGE_CONFIG_INVALID', `The channels cannot be used: ${parsed.faults.join('; ')}`, {
    details: parsed.faults,
  });
}

/** The channels that were set up for an edge, by name, and of which type each is. */
export type ChannelTypes = ReadonlyMap<string, { readonly type: string }>;

/** Names of channels that people are to be reached over, and that this edge does not have. */
export function missingChannels(channels: ChannelTypes, people: readonly Person[]): string[] {
  const known = new Set<string>([...BUILT_IN, ...channels.keys()]);
  const named = people.flatMap(({ addresses }) => addresses.map(({ channel }) => channel));
  return [...new Set(named)].filter((name) => !known.has(name));
}
