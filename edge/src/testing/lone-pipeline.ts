import type { Millis, Registry } from '@keepsite/edge-contract';
import { createDecoder } from '../devices/index.ts';
import { createDirectory } from '../domain/directory.ts';
import { createRuleBook } from '../domain/evaluate.ts';
import type { Rule } from '../domain/rule.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { createPipeline, type PipelineParts } from '../pipeline.ts';
import type { Clock, InboxMessage, Pipeline, Store } from '../ports.ts';

/** What a test brings; all the rest of the pipeline's parts can be brought too. */
export interface LonePipelineParts extends Partial<PipelineParts> {
  readonly store: Store;
  readonly clock: Clock;
  /** Default: the office park. */
  readonly registry?: Registry;
  /** Default: none; what devices and people report still opens incidents. */
  readonly rules?: readonly Rule[];
}

/** The real pipeline of `edge-1`, with nobody to hear it but for those whom a test brings. */
export function createLonePipeline({ registry = officePark, rules = [], ...parts }: LonePipelineParts): Pipeline {
  return createPipeline({
    edge: 'edge-1',
    directory: createDirectory(registry),
    decoder: createDecoder({ zoneOf: () => 'Asia/Shanghai' }),
    ruleBook: createRuleBook(rules, registry, { listeningSince: parts.clock.now() }),
    feed: { incident: nothing, readings: nothing, quarantine: nothing, heartbeat: nothing },
    log: { warn: nothing },
    onPagesOwed: nothing,
    onCommitted: nothing,
    onAsked: nothing,
    ...parts,
  });
}

/** What a device has said with QoS 1; an object is sent as JSON. */
export function messageOf(
  topic: string,
  body: object | string,
  receivedAt: Millis,
  part: Partial<InboxMessage> = {},
): InboxMessage {
  const payload = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return { topic, payload, receivedAt, retain: false, qos: 1, client: 'c', acknowledge: nothing, ...part };
}

function nothing(): void {}
