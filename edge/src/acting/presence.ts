import type { Command, Incident, Presence, Proof } from '@keepsite/edge-contract';
import type { Codes } from './codes.ts';
import { isEdgeError } from '../errors.ts';
import type { SiteNetworks } from './site-networks.ts';

/** What speaks for somebody's presence on site beside the order itself. */
export interface Shown {
  /** Somebody who may says that the person is there; null: nobody does. */
  readonly attestedBy: string | null;
  /** Where the order came from, if the person who acts sent it; null: another did, or nobody can tell. */
  readonly address: string | null;
}

/** An order, and nothing else. */
export const NOTHING_SHOWN: Shown = { attestedBy: null, address: null };

type Judged = { readonly proof: Proof } & Presence;

/** The same order with what the edge itself found of the presence that it declares. */
export type Judge = (command: Command, incident: Pick<Incident, 'asset'>, shown: Shown) => Command;

/**
 * Judges presence on site, which an order may only declare: it is verified by the current code of the
 * incident's own asset, by having been sent from the gateway's own network by the person who acts, or by
 * somebody who may attest it. Whatever else the order says of its proof is not believed; what was
 * shown in vain is noted.
 */
export function createJudge(parts: { readonly codes: Pick<Codes, 'find'>; readonly networks: SiteNetworks }): Judge {
  const { codes, networks } = parts;

  /** A list of codes that somebody has damaged keeps nobody from saying that he is there. */
  function look(code: string): ReturnType<Codes['find']> | 'unreadable' {
    try {
      return codes.find(code);
    } catch (error) {
      if (isEdgeError(error)) return 'unreadable';
      throw error;
    }
  }

  function byCode(code: string, asset: string): Judged {
    const found = look(code);
    if (found === 'unreadable') return { proof: 'declared', proofNote: 'the codes cannot be read' };
    if (found === null) return { proof: 'declared', proofNote: 'an unknown code' };
    if (found.asset !== asset) return { proof: 'declared', proofNote: 'the code of another asset' };
    if (!found.isCurrent) return { proof: 'declared', proofNote: 'a code that was replaced' };
    return { proof: 'verified', proofBy: 'code' };
  }

  function judge({ code, proof }: Command, asset: string, { attestedBy, address }: Shown): Judged {
    const coded = code ? byCode(code, asset) : null;
    if (coded?.proof === 'verified') return coded;
    const network = address === null ? null : networks.of(address);
    if (network !== null) return { proof: 'verified', proofBy: 'network', proofNote: network };
    if (attestedBy !== null) return { proof: 'verified', proofBy: 'attested', proofNote: attestedBy };
    if (coded !== null) return coded;
    return proof === 'verified' ? { proof: 'declared', proofNote: 'said to be verified' } : { proof: 'declared' };
  }

  return (command, { asset }, shown) => {
    const { proof: _, proofBy: _by, proofNote: _note, code: _code, photo: _photo, ...order } = command;
    const isThere = command.verb === 'arrive' || command.verb === 'resolve';
    return { ...order, ...(isThere ? judge(command, asset, shown) : { proof: 'declared' as const }) };
  };
}
