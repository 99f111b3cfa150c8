import { DEFAULT_FRAME_LIMITS, type FrameFault, type FrameLimits } from '../frame-guard.ts';
import type { MemoryLimits } from './memory.ts';

/** Every bound of the embedded broker. */
export interface AedesInboxLimits extends FrameLimits, MemoryLimits {
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
  queuedBytes: 1024 * 1024,
  clientId: /^[^\p{Cc}\p{Cs}]{0,200}$/u,
  retainedTopics: 10_000,
  retainedBytes: 64 * 1024 * 1024,
  sessions: 1_000,
  queuedPerSession: 1_000,
  queuedBytesOfSessions: 64 * 1024 * 1024,
};

/** Why the broker refused something; each refusal counts one. */
export type Refusal =
  | FrameFault
  | 'queue_too_long'
  | 'too_many_connections'
  | 'timed_out'
  | 'protocol_error'
  | 'client_id'
  | 'publish_topic'
  | 'publish_to_ours'
  | 'too_many_qos2'
  | 'subscribe_topic'
  | 'too_many_subscriptions'
  | 'retained_full'
  | 'session_queue_full'
  | 'session_forgotten'
  | 'handler_failed'
  | 'broker_failed';

export type Refuse = (reason: Refusal) => void;

/** Ends a connection for a reason that has been counted already. */
export class CountedError extends Error {}
