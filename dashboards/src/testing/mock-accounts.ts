import {
  ACTIONS,
  instantText,
  type Account,
  type Action,
  type Millis,
  type Phone,
  type Role,
} from '@keepsite/edge-contract';
import { list, type MockRoute } from './mock-route.ts';

/** What the pages differ by; everybody else may do everything here. The server’s own table is longer. */
const MAY: Partial<Record<Role, readonly Action[]>> = {
  viewer: ['facility.read'],
  'account-manager': ['facility.read'],
  crew: [
    'facility.read',
    'incident.report',
    'incident.acknowledge',
    'incident.arrive',
    'incident.resolve',
    'incident.close',
    'incident.note',
    'incident.release',
    'incident.handover',
    'incident.escalate',
    'repair.contact',
  ],
  installer: [
    'facility.read',
    'incident.report',
    'discovered.read',
    'device.adopt',
    'mapping.read',
    'mapping.write',
    'quarantine.read',
    'quarantine.retry',
    'code.read',
  ],
};

/** Somebody who is signed in with this role. */
export function userOf(role: Role): object {
  const person = { id: 'li-na', name: 'Li Na 李娜', responder: 'li-na', account: 'lina' };
  return { ...person, client: null, roles: [role], may: MAY[role] ?? ACTIONS };
}

/** Who may sign in, where somebody is signed in, and what was written down of it. */
export function accountRoutes(now: () => Millis): { gets: MockRoute[]; posts: MockRoute[] } {
  const at = (hours: number): string => instantText(now() - hours * 3_600_000);
  const account = (name: string, displayName: string, role: Role): Account => ({
    name,
    displayName,
    role,
    responder: null,
    disabled: name === 'old',
    hasPassword: name !== 'zhou',
    createdAt: at(900),
    lastSignedInAt: name === 'zhou' ? null : at(2),
    sessions: 1,
  });
  const phone = (
    id: string,
    name: string,
    state: Phone['state'],
    acceptedAt: string,
    trouble: string | null,
  ): Phone => ({
    id,
    name,
    state,
    addedAt: at(900),
    acceptedAt,
    trouble,
  });
  return {
    gets: [
      [
        /^\/api\/accounts$/,
        () =>
          list([
            account('lina', 'Li Na 李娜', 'admin'),
            account('zhou', '周航', 'crew'),
            account('old', 'Screen in the lobby', 'viewer'),
          ]),
      ],
      [
        /^\/api\/sessions$/,
        () =>
          list([
            {
              id: 's1',
              current: true,
              startedAt: at(9),
              lastSeenAt: at(0),
              endsAt: at(-90),
              address: '127.0.0.1',
              agent: 'Firefox on Linux',
            },
          ]),
      ],
      [
        /^\/api\/push$/,
        () => ({
          // Of the example in RFC 8291, appendix A: it subscribes to nothing of anybody's.
          publicKey: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
          person: 'li-na',
          phones: [
            phone('p1', 'Chrome · Android', 'on', at(3), null),
            phone('p2', 'Safari · iPhone', 'gone', at(70), 'HTTP 410: Gone'),
          ],
        }),
      ],
      [
        /^\/api\/audit$/,
        () =>
          list([{ id: 1, at: at(2), kind: 'signed_in', by: 'lina', account: null, address: '127.0.0.1', detail: {} }]),
      ],
    ],
    posts: [[/^\/api\/push\/phones\/([^/]+)\/test$/, () => ({ outcome: 'accepted', reason: null })]],
  };
}
