import { accessEn } from './access-en.ts';
import { actingEn } from './acting-en.ts';
import { adoptionEn } from './adoption-en.ts';
import { afterEn } from './after-en.ts';
import { channelsEn } from './channels-en.ts';
import { clientsEn } from './clients-en.ts';
import { contractorEn } from './contractor-en.ts';
import { devicesEn } from './devices-en.ts';
import { energyEn } from './energy-en.ts';
import { incidentEn } from './incident-en.ts';
import { liveEn } from './live-en.ts';
import { namesEn } from './names-en.ts';
import { phoneEn } from './phone-en.ts';
import { placesEn } from './places-en.ts';
import { rostersEn } from './rosters-en.ts';
import { spendingEn } from './spending-en.ts';
import { stormEn } from './storm-en.ts';

/** Every word the page says in English; the Chinese dictionary must have the same shape. */
export const en = {
  language: 'English',
  otherLanguage: '中文',
  common: {
    loading: 'Loading…',
    failed: 'Could not load this.',
    retry: 'Try again',
    none: '–',
    unknown: 'unknown',
    server: { edge: 'Edge', cloud: 'Cloud' },
    signedOut: 'You are not signed in on this server.',
    notFound: 'There is no such page.',
    newIncident: (text: string): string => `New incident: ${text}`,
    details: 'details',
    day: 'Day',
    days: (n: number): string => (n === 1 ? '1 day' : `${n} days`),
    more: (n: number): string => `${n} more`,
  },
  ...accessEn,
  ...actingEn,
  ...adoptionEn,
  ...afterEn,
  ...clientsEn,
  ...contractorEn,
  ...devicesEn,
  ...energyEn,
  ...incidentEn,
  ...liveEn,
  ...namesEn,
  ...phoneEn,
  ...channelsEn,
  ...placesEn,
  ...rostersEn,
  ...spendingEn,
  ...stormEn,
};

export type Words = typeof en;
