import { z } from 'zod';
import type { Channel } from '../channel.ts';

/** A kind of channel that an installer can set up under a name of their own. */
export interface ChannelType {
  /** As `channels.yaml` calls it. */
  readonly type: string;
  readonly names: { readonly en: string; readonly zh: string };
  /** The provider's own document, after which the channel is written. */
  readonly document: string;
  /** What an address (`to`) of this channel holds. */
  readonly address: string;
  readonly settings: z.ZodType;
  /** `settings` has passed the schema. */
  readonly create: (name: string, settings: unknown) => Channel;
}

/** Keeps the schema of the settings and what is made of them together. */
export function channelType<S extends z.ZodType>(
  kind: Omit<ChannelType, 'settings' | 'create'> & {
    readonly settings: S;
    readonly create: (name: string, settings: z.infer<S>) => Channel;
  },
): ChannelType {
  return { ...kind, create: (name, settings) => kind.create(name, settings as z.infer<S>) };
}

export const HttpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
/** A URL that carries a parameter; what is no URL has been told already. */
export function urlWith(parameter: string): typeof HttpUrl {
  const has = (url: string): boolean => !URL.canParse(url) || new URL(url).searchParams.has(parameter);
  return HttpUrl.refine(has, `must hold its ${parameter}`);
}
export const Secret = z.string().min(1, 'must not be empty').max(4_000);
/** Where a provider answers, without a slash at the end. */
export const Server = HttpUrl.transform((url) => url.replace(/\/+$/, ''));
