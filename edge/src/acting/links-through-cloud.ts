import { CommandAnswer, type LinkOrder } from '@keepsite/cloud-contract';
import { Command, type Incident, instantText, LINK_FAULTS, type Millis } from '@keepsite/edge-contract';
import { type EdgeErrorCode, isEdgeError } from '../errors.ts';
import type { Store, Uplink } from '../ports.ts';
import { type Accounts, verbsOf } from './link-rights.ts';
import type { LinkRead } from './links.ts';
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

/** What no other attempt would mend. */
const FINAL: readonly EdgeErrorCode[] = ['PHOTO_REFUSED', 'STORE_FULL'];

export function createLinksThroughCloud(parts: {
  readonly acting: Pick<Acting, 'links' | 'order' | 'photos'>;
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
    if (!order.photo) return acting.order(command, NOTHING_SHOWN);
    const bytes = await uplink.photo(order.photo.sha256, signal);
    return bytes
      ? acting.photos.add(incident, command, bytes)
      : refusal(order, 'the cloud does not have the photograph any more');
  }

  return {
    async take(order, { receivedAt, saidAt }, signal) {
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
        receivedAt: instantText(receivedAt),
        saidAt: saidAt === undefined ? undefined : instantText(saidAt),
        note: words.note ?? null,
        to: words.to ?? null,
        via: 'link',
      });
      return carryOut(order, command, incident, signal).catch((error: unknown) => {
        if (isEdgeError(error) && FINAL.includes(error.code)) return refusal(order, error.message);
        throw error;
      });
    },
  };
}

/** What ended a true link may be this very order, whose answer was lost on its way. */
export function firstAnswer(link: LinkRead, commandId: string, store: Pick<Store, 'answerOf'>): CommandAnswer | null {
  const answer = link.ok || !link.incident ? undefined : store.answerOf(commandId);
  return answer === undefined ? null : CommandAnswer.parse(JSON.parse(answer));
}

function refusal({ commandId }: LinkOrder, reason: string): CommandAnswer {
  return { commandId, state: 'refused', modified: false, reason };
}
