import type { ChannelState, Person, TestVerdict } from '@keepsite/edge-contract';
import { BUILT_IN, type ChannelSettings, type Delivery, PHONES, type Way } from '@keepsite/edge-notify';
import { missingChannels } from './channels.ts';
import { EdgeError } from './errors.ts';

/** Where installers see whether people can be reached before somebody has to be. */
export interface ChannelDesk {
  list(): ChannelState[];
  /** Sends one message that is marked as a test. Throws CHANNEL_UNKNOWN when nobody of this id is reached over it. */
  test(channel: string, person: string): Promise<TestVerdict>;
}

export function createChannelDesk(parts: {
  readonly settings: Pick<ChannelSettings, 'channels'>;
  readonly people: () => readonly Person[];
  readonly notifier: { readonly test: (way: Way, who: Pick<Person, 'id' | 'name'>) => Promise<Delivery> };
}): ChannelDesk {
  const { settings, people, notifier } = parts;
  return {
    list: () => channelsOf(settings, people()),
    async test(channel, id) {
      const person = people().find((one) => one.id === id);
      const address = person && addressOf(person, channel);
      if (person === undefined || address === undefined)
        throw new EdgeError('CHANNEL_UNKNOWN', `${id} is not reached over ${channel}`);
      const { outcome, reason = null } = await notifier.test({ channel, address }, person);
      return { outcome, reason };
    },
  };
}

/** The channels of an edge, those that it lacks among them, each with whom it reaches. */
export function channelsOf(settings: Pick<ChannelSettings, 'channels'>, people: readonly Person[]): ChannelState[] {
  const builtIn = BUILT_IN.filter((name) => !settings.channels.has(name)).map((name) => ({ name, type: name }));
  const own = [...settings.channels].map(([name, { type }]) => ({ name, type }));
  const missing = missingChannels({ people: [...people] }, settings).map((name) => ({ name, type: null }));
  return [...builtIn, ...own, ...missing].map((channel) => ({
    ...channel,
    people: people
      .filter(({ addresses }) => addresses.some((address) => address.channel === channel.name))
      .map(({ id, name }) => ({ id, name })),
  }));
}

/** Where a person is reached over a channel. Phones are added by their owners, and stand in no registry. */
export function addressOf({ id, addresses }: Person, channel: string): string | undefined {
  const own = addresses.find((address) => address.channel === channel)?.to;
  return own ?? (channel === PHONES ? id : undefined);
}
