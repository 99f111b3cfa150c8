import { type Action, ACTIONS, CREW_VERBS, type Role, VERBS } from '@keepsite/edge-contract';

const CREW: readonly Action[] = [
  'facility.read',
  'incident.report',
  ...CREW_VERBS.map((verb) => `incident.${verb}` as const),
  'repair.contact',
];
/** Money that exceeds a budget is decided by whoever answers for it. */
const APPROVING: readonly Action[] = ['incident.approve', 'incident.decline'];
const DISPATCHER: readonly Action[] = [
  ...CREW,
  ...VERBS.map((verb) => `incident.${verb}` as const).filter((action) => !APPROVING.includes(action)),
  'incident.assign',
  'roster.change',
  'repair.code',
  'outbox.read',
];

/** Who may do what. What is not listed is refused. */
const MAY: Readonly<Record<Role, ReadonlySet<Action>>> = {
  viewer: new Set<Action>(['facility.read']),
  'account-manager': new Set<Action>(['facility.read']),
  crew: new Set(CREW),
  dispatcher: new Set(DISPATCHER),
  supervisor: new Set<Action>([
    ...DISPATCHER,
    ...APPROVING,
    'repair.erase',
    'incident.attest',
    'maintenance.manage',
    'drill.start',
    'channel.test',
    'code.read',
    'discovered.read',
    'mapping.read',
    'quarantine.read',
  ]),
  installer: new Set<Action>([
    'facility.read',
    'incident.report',
    'repair.code',
    'discovered.read',
    'device.adopt',
    'mapping.read',
    'mapping.write',
    'quarantine.read',
    'quarantine.retry',
    'outbox.read',
    'channel.test',
    'credential.read',
    'code.read',
    'code.manage',
  ]),
  admin: new Set(ACTIONS),
};

/** Who is asking. A machine that shows a token has no account; in the demo nobody has. */
export interface Principal {
  readonly kind: 'account' | 'token' | 'demo';
  /** The account's or the token's name. */
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  /** The person of the registry that the account belongs to. */
  readonly responder: string | null;
  /** Id of the session; null where there is none. */
  readonly session: string | null;
}

/** In the demo everybody may do everything. */
export const DEMO: Principal = {
  kind: 'demo',
  name: 'demo',
  displayName: 'Demo',
  role: 'admin',
  responder: null,
  session: null,
};

/** Numbers for a monitoring system tell nothing of the facility: any machine that was let in may read them. */
export function may({ kind, role }: Pick<Principal, 'kind' | 'role'>, action: Action): boolean {
  return MAY[role].has(action) || (kind === 'token' && action === 'metrics.read');
}

/** Everything that somebody may do, in the order of the contract. */
export function actionsOf(principal: Principal): Action[] {
  return ACTIONS.filter((action) => may(principal, action));
}

/** Who stands in the evidence when an account acts; null: whoever acts must be named. */
export function actingAs({ kind, responder, name }: Principal): string | null {
  return kind === 'account' ? (responder ?? name) : null;
}

/** The same, as the audit writes it. */
export function auditName({ kind, name }: Principal): string {
  return kind === 'account' ? name : `${kind}:${name}`;
}
