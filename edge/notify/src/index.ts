/** How Keepsite reaches people. Edge and cloud both page through these channels. */
export { MAX_ATTEMPTS, retryOrGiveUp } from './channel.ts';
export type { Channel, ChannelDeps, Delivery, OutgoingPage } from './channel.ts';
export { messageOf, textOf } from './message.ts';
export type { Language, Message } from './message.ts';
export { signBody, verifySignature } from './signature.ts';

import type { Channel } from './channel.ts';
import { log } from './log.ts';
import { mqtt } from './mqtt.ts';
import { webhook } from './webhook.ts';

/** Every channel by the name that addresses and plans use. A new channel is one file and one entry here. */
export const CHANNELS: ReadonlyMap<string, Channel> = new Map(
  [mqtt, webhook, log].map((channel) => [channel.name, channel]),
);
