import { Registry } from '@keepsite/edge-contract';
import { officePark } from './office-park.ts';

const contractor = (id: string, en: string, zh: string) => ({
  id,
  name: { en, zh },
  addresses: [{ channel: 'mqtt', to: id }],
});

/**
 * The office park with emergency authority: a minute after anything serious three pumps are ordered of East Pumps,
 * and of West Pumps when those do not come. Its crew has telephones.
 */
export const pumpedPark: Registry = Registry.parse({
  ...officePark,
  people: officePark.people.map((person, index) => ({
    ...person,
    addresses: [...person.addresses, { channel: 'sms', to: `+861380000000${index}` }],
  })),
  plans: [
    {
      id: 'flood',
      version: 1,
      terms: { acknowledge: 120, on_site: 420 },
      steps: [
        { afterSeconds: 0, page: ['crew-1'] },
        {
          afterSeconds: 60,
          when: 'not_on_site',
          page: ['crew-2'],
          dispatch: [
            {
              contractor: 'pumps-east',
              order: { en: 'Three pumps', zh: '三台水泵' },
              quantity: 3,
              withinMinutes: 30,
              cost: '12000',
              otherwise: [{ contractor: 'pumps-west', cost: '13000' }],
            },
          ],
        },
      ],
      authority: {
        budget: { amount: '50000', currency: 'CNY' },
        per: 'incident',
        contractors: [
          contractor('pumps-east', 'East Pumps', '东区水泵'),
          contractor('pumps-west', 'West Pumps', '西区水泵'),
        ],
        approvers: ['wang'],
      },
    },
  ],
});
