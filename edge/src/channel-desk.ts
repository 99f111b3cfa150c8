import type { ChannelState, Person, TestVerdict } from '@keepsite/edge-contract';
import { BUILT_IN, type Delivery, PHONES, type Way } from '@keepsite/edge-notify';
import { type ChannelTypes, missingChannels } from './channels.ts';
import { EdgeError } from './errors.ts';

/** Where installers see whether people can be reached before somebody has to be. */
export interface ChannelDesk {
  /** Every way, those that this edge lacks among them, each with whom it reaches. */
  list(): ChannelState[];
  /** Sends one message that is marked as a test. Throws CHANNEL_UNKNOWN when nobody of this id is reached over it. */
  test(channel: string, person: string): Promise<TestVerdict>;
}

/** `people`: as they are now, each with all addresses. The notifier sends to the one address, and to no other if that fails. */
export function createChannelDesk(parts: {
  readonly channels: ChannelTypes;
  readonly people: () => readonly Person[];
  readonly notifier: { readonly test: (way: Way, who: Pick<Person, 'id' | 'name'>) => Promise<Delivery> };
}): ChannelDesk {
  const { channels, people, notifier } = parts;
  return {
    list: () => channelsOf(channels, people()),
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
export function channelsOf(channels: ChannelTypes, people: readonly Person[]): ChannelState[] {
  const builtIn = BUILT_IN.filter((name) => !channels.has(name)).map((name) => ({ name, type: name }));
  const own = [...channels].map(([name, { type }]) => ({ name, type }));
  const missing = missingChannels(channels, people).map((name) => ({ name, type: null }));
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
