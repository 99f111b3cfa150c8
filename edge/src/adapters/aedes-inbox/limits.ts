import { DEFAULT_FRAME_LIMITS, type FrameFault, type FrameLimits } from '../frame-guard.ts';
import type { MemoryLimits } from './memory.ts';
import type { PatienceLimits } from './patience.ts';
import type { Neglect, NeglectLimits } from './neglect.ts';
import type { ConnectLimits } from './rates.ts';
import type { TurnLimits } from './turns.ts';

/** Every bound of the embedded broker. */
export interface AedesInboxLimits
  extends FrameLimits, MemoryLimits, NeglectLimits, ConnectLimits, TurnLimits, PatienceLimits {
  /** Open connections, all together. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** A CONNECT must have come by then, ms. */
  readonly connectTimeoutMs: number;
  /** Largest keep-alive that is accepted, seconds; 0 accepts any, and none at all. */
  readonly keepaliveSeconds: number;
  readonly topicLevels: number;
  /** QoS 2 messages of one client that wait for its PUBREL. */
  readonly inflightQos2: number;
  /** Packets that may come before the CONNACK. */
  readonly earlyPackets: number;
  readonly subscriptionsPerClient: number;
  /** Topics on which the broker keeps a message of one credential. */
  readonly retainedPerCredential: number;
  /** What may wait to be read by one subscriber, bytes. */
  readonly queuedBytes: number;
  readonly clientId: RegExp;
}

export const DEFAULT_LIMITS: AedesInboxLimits = {
  ...DEFAULT_FRAME_LIMITS,
  connections: 10_000,
  connectionsPerAddress: 2_000,
  connectTimeoutMs: 5_000,
  keepaliveSeconds: 0,
  topicLevels: 16,
  inflightQos2: 50,
  earlyPackets: 42,
  subscriptionsPerClient: 200,
  retainedPerCredential: 1_000,
  queuedBytes: 1024 * 1024,
  patientMessages: 1_000,
  patientBytes: 4 * 1024 * 1024,
  clientId: /^[^\p{Cc}\p{Cs}]{0,200}$/u,
  retainedTopics: 10_000,
  retainedBytes: 64 * 1024 * 1024,
  sessions: 1_000,
  queuedPerSession: 1_000,
  queuedBytesOfSessions: 64 * 1024 * 1024,
  packetMs: 60_000,
  unreadMs: 60_000,
  lookEveryMs: 1_000,
  connectionBytes: 128 * 1024 * 1024,
  // A whole building comes back at once after a power cut; after that, a new connection now and then.
  connectRate: { perSecond: 250, burst: 2_000 },
  clientConnectRate: { perSecond: 0.5, burst: 30 },
  connectBanMs: 60_000,
  rememberedPeers: 10_000,
  // Above what a trusted gateway says at its busiest; a single device has its own, narrow rate.
  messageRate: { perSecond: 20_000, burst: 20_000 },
  deviceMessageRate: { perSecond: 100, burst: 500 },
  addressMessageRate: { perSecond: 50_000, burst: 50_000 },
  // A commit holds 256 messages: one busy client may fill it, and waits for the others when there are any.
  inWorkPerClient: 256,
  // Two commits: one is worked at while the next is gathered. Whatever else comes waits in the line of its own
  // connection, where nobody's fault stands behind it.
  inWork: 512,
  // What the pipeline holds on a full disk.
  inWorkStuck: 20_000,
  waitingPerClient: 5_000,
  waitingOfGone: 20_000,
};

/** Why the broker refused something; each refusal counts one. */
export type Refusal =
  | FrameFault
  | Neglect
  | 'queue_too_long'
  | 'too_many_connections'
  | 'connect_rate'
  | 'message_rate'
  | 'too_many_waiting'
  | 'timed_out'
  | 'protocol_error'
  | 'client_id'
  | 'not_authorized'
  | 'certificate_expired'
  | 'tls_failed'
  | 'publish_topic'
  | 'publish_to_ours'
  | 'publish_not_granted'
  | 'retain_not_granted'
  | 'too_many_qos2'
  | 'subscribe_topic'
  | 'subscribe_not_granted'
  | 'too_many_subscriptions'
  | 'retained_full'
  | 'session_queue_full'
  | 'session_forgotten'
  | 'handler_failed'
  | 'broker_failed';

export type Refuse = (reason: Refusal) => void;

/** Ends a connection for a reason that has been counted already. */
export class CountedError extends Error {}
