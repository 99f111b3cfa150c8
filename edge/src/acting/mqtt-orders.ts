import { CommandBody, instantText, VERBS } from '@keepsite/edge-contract';
import type { CommandAnswer } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { may } from '../access/roles.ts';
import { sentenceOf } from '../errors.ts';
import type { Log } from '../events.ts';
import type { Clock, Inbox, InboxMessage, Store } from '../ports.ts';
import type { Acting } from './acting.ts';
import { commandOf } from './command.ts';
import { NOTHING_SHOWN } from './presence.ts';

/** What integrations may order: what a dispatcher may. */
const ALLOWED = VERBS.filter((verb) => may({ kind: 'token', role: 'dispatcher' }, `incident.${verb}`));

/** An order as it comes over MQTT; its id becomes a level of the answer's topic. */
const Order = CommandBody.extend({
  verb: z.enum(ALLOWED),
  commandId: z.string().regex(/^[^/+#\s\p{Cc}]{8,100}$/u, 'must have 8 to 100 characters, no space and none of / + #'),
});

const TOPIC = /^keepsite\/([^/]+)\/incidents\/([^/]+)\/commands$/;
const LARGEST = 64 * 1024;

export interface MqttOrdersParts {
  readonly acting: Pick<Acting, 'order'>;
  readonly store: Pick<Store, 'incident'>;
  readonly publish: Inbox['publish'];
  readonly clock: Pick<Clock, 'now' | 'scale'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/**
 * Takes what is ordered on `keepsite/<site>/incidents/<id>/commands`: a `CommandBody` with its `verb`.
 * It is acknowledged once it is decided and on disk, and answered on `…/answers/<commandId>`; the same
 * commandId again gets the first answer. Who may publish there is the broker's to say.
 */
export function createMqttOrders(parts: MqttOrdersParts): (message: InboxMessage) => Promise<void> {
  const { acting, store, publish, clock, log } = parts;

  async function decide(message: InboxMessage, site: string, id: string): Promise<CommandAnswer> {
    const receivedAt = instantText(message.receivedAt);
    const order = parse(message.payload);
    if (!order.ok) return refusal('-', order.reason);
    const { verb, responder, ...words } = order.value;
    // What the broker kept was ordered once, who knows when.
    if (message.retain) return refusal(words.commandId, 'an order is not to be retained');
    if (store.incident(id)?.site !== site) return refusal(words.commandId, `no incident ${id} is known at ${site}`);
    const command = commandOf(words, { responder, incident: id, verb, receivedAt, via: 'mqtt' }, clock);
    return acting.order(command, NOTHING_SHOWN);
  }

  return async (message) => {
    const [, site = '', id = ''] = TOPIC.exec(message.topic) ?? [];
    try {
      const answer = await decide(message, site, id);
      const { commandId, state, reason } = answer;
      log.info({ incident: id, commandId, state, reason, client: message.client }, 'order over MQTT');
      message.acknowledge();
      await publish(`keepsite/${site}/incidents/${id}/answers/${commandId}`, JSON.stringify(answer));
    } catch (error) {
      // Not acknowledged, so its sender says it again; or the answer alone was lost, and is given again.
      log.warn({ incident: id, reason: sentenceOf(error) }, 'an order over MQTT was not answered');
    }
  };
}

function refusal(commandId: string, reason: string): CommandAnswer {
  return { commandId, state: 'refused', modified: false, reason };
}

type Parsed =
  | { readonly ok: true; readonly value: z.infer<typeof Order> }
  | { readonly ok: false; readonly reason: string };

function parse(payload: Uint8Array): Parsed {
  if (payload.length > LARGEST) return { ok: false, reason: 'an order has at most 64 KiB' };
  try {
    const parsed = Order.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
    if (parsed.success) return { ok: true, value: parsed.data };
    return {
      ok: false,
      reason: parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '),
    };
  } catch (error) {
    return { ok: false, reason: `it is no JSON: ${sentenceOf(error)}` };
  }
}
