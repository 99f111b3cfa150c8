import { CommandAnswer, type LinkOrder } from '@keepsite/cloud-contract';
import {
  Command,
  type Incident,
  instantText,
  isContractorPerson,
  LINK_FAULTS,
  type Millis,
  ORDER_LINK_FAULTS,
  personOfLink,
} from '@keepsite/edge-contract';
import type { Store, Uplink } from '../ports.ts';
import { type Accounts, verbsOf } from './link-rights.ts';
import { addFetched, refusal, refusedForGood } from './photos-through-cloud.ts';
import { NOTHING_SHOWN } from './presence.ts';
import type { Acting } from './acting.ts';

/** When the cloud had an order and when its person said it, in this edge's time. */
export interface HeardAt {
  readonly receivedAt: Millis;
  readonly saidAt?: Millis | undefined;
}

/** Orders that came by a link whose page the cloud serves. */
export interface LinksThroughCloud {
  /**
   * Decides one as this edge's own page would: the link is checked here, as it stood when the cloud had the
   * order. The same commandId again gets the first answer. Rejects where the cloud or the store is away;
   * `signal` gives up fetching a photograph.
   */
  take(order: LinkOrder, heard: HeardAt, signal?: AbortSignal): Promise<CommandAnswer>;
}

export function createLinksThroughCloud(parts: {
  readonly acting: Pick<Acting, 'links' | 'orderLinks' | 'order' | 'photos'>;
  readonly store: Pick<Store, 'answerOf'>;
  readonly accounts: Accounts;
  readonly uplink: Pick<Uplink, 'photo'>;
}): LinksThroughCloud {
  const { acting, store, accounts, uplink } = parts;

  async function carryOut(
    order: LinkOrder,
    command: Command,
    incident: Incident,
    signal: AbortSignal | undefined,
  ): Promise<CommandAnswer> {
    const { photo } = order;
    if (!photo) return acting.order(command, NOTHING_SHOWN);
    return addFetched({ photos: acting.photos, uplink }, incident, { command, photo, signal });
  }

  /** The word of a contractor: what it may say, and of which order, stands in its link and in the incident alone. */
  async function takeContractors(order: LinkOrder, heard: HeardAt): Promise<CommandAnswer> {
    const link = acting.orderLinks.read(order.token, heard.receivedAt);
    const before = firstAnswer(link, order.commandId, store);
    if (before) return before;
    if (!link.ok) return refusal(order, ORDER_LINK_FAULTS[link.why].message);
    const { verb, note, arrivesAt, commandId } = order;
    const words = { commandId, verb, note: note ?? null, arrivesAt, order: link.order.id };
    const whose = { incident: link.incident.id, responder: personOfLink(link.said) };
    return acting.order(Command.parse({ ...words, ...whose, ...instants(heard), via: 'link' }), NOTHING_SHOWN);
  }

  return {
    async take(order, heard, signal) {
      if (isContractorPerson(order.person)) return takeContractors(order, heard);
      const { receivedAt } = heard;
      const link = acting.links.read(order.token, receivedAt);
      const before = firstAnswer(link, order.commandId, store);
      if (before) return before;
      if (!link.ok) return refusal(order, LINK_FAULTS[link.why].message);
      const { said, incident } = link;
      if (!verbsOf(said, incident, accounts).includes(order.verb))
        return refusal(order, `this link may not ${order.verb} the incident`);
      const { token: _, incident: _claimed, person: _named, photo: _photo, ...words } = order;
      const command = Command.parse({
        ...words,
        responder: said.person,
        incident: incident.id,
        ...instants(heard),
        note: words.note ?? null,
        to: words.to ?? null,
        via: 'link',
      });
      return carryOut(order, command, incident, signal).catch((error: unknown) => refusedForGood(order, error));
    },
  };
}

/** What ended a true link may be this very order, whose answer was lost on its way. */
export function firstAnswer(
  link: { readonly ok: boolean; readonly incident: Incident | null },
  commandId: string,
  store: Pick<Store, 'answerOf'>,
): CommandAnswer | null {
  const answer = link.ok || !link.incident ? undefined : store.answerOf(commandId);
  return answer === undefined ? null : CommandAnswer.parse(JSON.parse(answer));
}

function instants({ receivedAt, saidAt }: HeardAt) {
  return {
    receivedAt: instantText(receivedAt),
    saidAt: saidAt === undefined ? undefined : instantText(saidAt),
  };
}
