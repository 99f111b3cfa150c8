import type { ProofWay } from '@keepsite/edge-contract';

/** Why a link shows nothing; the codes are the server's. */
const ended: Record<string, readonly [title: string, what: string]> = {
  LINK_FORGED: ['This link does not work', 'It is not one of this gateway. Open the newest page that you were sent.'],
  LINK_EXPIRED: ['This link has expired', 'Links work for a day. Open the newest page that you were sent.'],
  LINK_OVER: ['It is over', 'The incident is closed. There is nothing left to do.'],
  LINK_REVOKED: [
    'You no longer have it',
    'You gave it back, or it was given to others. The next page brings a new link.',
  ],
  LINK_EARLY: ['A moment, please', 'The cloud has not heard of this yet. This page asks again by itself.'],
  NOT_ALLOWED: ['Not by this link', 'Your account may not do this.'],
  TOO_MANY_TRIES: ['A moment, please', 'Too many tries from here. This page asks again by itself.'],
};

const proofBy: Record<ProofWay, string> = {
  code: 'by the code on site',
  network: 'from the site’s network',
  attested: 'attested',
};

/** What was shown of somebody's presence and proved nothing; the sentences are the evidence's. */
const proofNote: Record<string, string> = {
  'an unknown code': 'the code is unknown',
  'the code of another asset': 'the code was that of another asset',
  'a code that was replaced': 'the code was an old one',
  'the codes cannot be read': 'the gateway’s codes cannot be read',
  'said to be verified': 'nobody may vouch for oneself',
};

export const actingEn = {
  acting: {
    actingAs: (name: string): string => `You act as ${name}.`,
    works: (time: string): string => `This link works until ${time}. It is yours alone: do not pass it on.`,
    ended,
    proofBy,
    proofNote,
    saidAt: (time: string): string => `said at ${time}, without a line`,
    code: 'Code on the asset',
    codeWhy: 'It proves that you are there. Scan the sticker, or type what stands on it.',
    scan: 'Scan',
    scanFailed: 'There is no code that can be read on this picture. Go closer, or type it.',
    codeNeeded: 'This contract counts an arrival only when it is proved.',
    photo: 'Photo',
    photoTaken: 'Photo',
    photoOf: (caption: string): string => `Photo: ${caption}`,
    photoAlt: (n: number): string => `Photo ${n}`,
    photoBroken: 'This picture cannot be read.',
    note: 'Note',
    noteSend: 'Send',
    more: 'Something else',
    handTo: 'Hand over to …',
    noLine: 'No line. What you do is kept on this phone and sent as soon as there is one.',
    kept: (n: number): string => (n === 1 ? '1 waits on this phone' : `${n} wait on this phone`),
    asked: 'Asking the gateway …',
    scanned: 'Scanned on site',
    scannedOld: 'This sticker was replaced: it proves nothing any more.',
    scannedUnknown: 'This code stands on no asset of this gateway.',
    scannedNothing: 'Nothing is open here.',
    scannedWho: 'Open the link of your page first, or sign in; then scan again.',
    signIn: 'Sign in',
    onSiteOf: (title: string): string => `I am on site: ${title}`,
    refused: (why: string): string => `Not done: ${why}`,
  },
};
