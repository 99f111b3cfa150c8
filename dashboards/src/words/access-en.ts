import type { Role } from '@keepsite/edge-contract';

const role: Record<Role, string> = {
  viewer: 'Viewer',
  crew: 'Crew',
  dispatcher: 'Dispatcher',
  supervisor: 'Supervisor',
  installer: 'Installer',
  'account-manager': 'Account manager',
  admin: 'Admin',
};

/** What a role is for, beside its name where one is chosen. */
const roleText: Record<Role, string> = {
  viewer: 'sees everything, changes nothing',
  crew: 'acknowledges, arrives, resolves, in the own name',
  dispatcher: 'also escalates, hands over, cancels, acts for others',
  supervisor: 'also sees new devices and quarantine',
  installer: 'adopts devices, describes how they speak',
  'account-manager': 'sees everything, changes nothing here',
  admin: 'everything, and who may come in',
};

const weakness: Record<string, string> = {
  too_short: 'At least 12 characters, please.',
  too_common: 'This is among the first that are guessed. Several words that do not belong together are good.',
  like_your_name: 'This is too much like the name. Several words that do not belong together are good.',
};

const enter = {
  signIn: 'Sign in',
  signInLead: (edge: string): string => `This is the gateway ${edge}.`,
  again: 'You have been signed out. What you were typing is still there.',
  waiting: (n: number): string =>
    n === 1
      ? '1 order waits on this phone and is sent after you sign in.'
      : `${n} orders wait on this phone and are sent after you sign in.`,
  name: 'Name',
  password: 'Password',
  newPassword: 'New password',
  passwordHint: 'At least 12 characters. Several words make a good one.',
  show: 'Show',
  hide: 'Hide',
  haveCode: 'I was given a code',
  haveNoCode: 'I have a password',
  welcome: 'Choose your password',
  welcomeLead: 'The code from your admin holds once.',
  code: 'Code',
  choose: 'Save and sign in',
  setup: 'Make the first admin',
  setupLead: 'The gateway printed a code when it started: look at its console or its log.',
  setupCode: 'Setup code',
  displayName: 'Your name, as others see it',
  make: 'Make the admin',
  refused: 'Name and password do not fit.',
  codeRefused: 'Name and code do not fit, or the code is used up.',
  setupRefused: 'This is not the code that the gateway printed last.',
  later: (seconds: number): string => `Too many tries. Wait ${seconds} s, then try again.`,
  busy: 'Too many people sign in just now. Try again in a few seconds.',
  unreachable: 'The gateway does not answer. What is on this phone is kept.',
};

const account = {
  title: 'My account',
  open: (name: string, its: string): string => `My account: ${name}, ${its}`,
  actsAs: (person: string): string => `Acts as ${person}`,
  name: 'Signs in as',
  signOut: 'Sign out',
  password: 'Change password',
  current: 'Password until now',
  change: 'Change it',
  changed: 'Changed. Every other session has ended.',
  wrong: 'The password until now is another one.',
  sessions: 'Where you are signed in',
  here: 'this one',
  lastSeen: (ago: string): string => `last seen ${ago}`,
  end: 'End',
  endOf: (agent: string): string => `End the session on ${agent}`,
  opensOffline: 'Opens on this device without a line, too, with what was seen here last, until you sign out.',
  onlyOnline: 'This address does not open without a line',
  onlyOnlineText:
    'A page that is open keeps working; but browsers keep the app for the next visit only over https, with a certificate that the device trusts. Give this gateway one (docs/offline.md), and set KEEPSITE_EDGE_PUBLIC_URL to its https address.',
  noAccount: 'This is a token, or the demo: there is no account behind it.',
};

const accounts = {
  title: 'Accounts',
  lead: 'Who may come in on this gateway, and what they may do. It works with the cloud away.',
  add: 'Add a person',
  addButton: 'Add',
  name: 'Name to sign in with',
  nameHint: 'Small letters, digits, dot, dash.',
  displayName: 'Name on the screen',
  role: 'Role',
  roleOf: (name: string): string => `Role of ${name}`,
  person: 'Person in the registry',
  personHint: 'The crew member whom the evidence names when this account acts.',
  noPerson: 'nobody in the registry',
  given: (name: string): string => `Code for ${name}`,
  givenText: 'It is shown this once. Hand it over in person; it holds seven days.',
  link: 'Or let them open this on the phone:',
  copy: 'Copy',
  copied: 'Copied',
  done: 'Done',
  disabled: 'Disabled',
  fresh: 'Has not used the code yet',
  never: 'never signed in',
  seen: (ago: string): string => `signed in ${ago}`,
  openSessions: (n: number): string => (n === 1 ? '1 session' : `${n} sessions`),
  more: (name: string): string => `More about ${name}`,
  disable: 'Disable',
  enable: 'Enable',
  reset: 'New code',
  resetText: 'The password stops holding at once and every session ends.',
  endAll: 'End all sessions',
  endAllText: 'A lost phone: whoever holds it is out within seconds.',
  audit: 'What was written down',
  auditLead: 'Written once and never changed.',
  by: (name: string): string => `by ${name}`,
  from: (address: string): string => `from ${address}`,
  older: 'Older lines',
  refused: 'Refused',
  notAllowed: 'Your role may not see this.',
};

/** What the audit tells of, by its own words. */
const auditKind: Record<string, string> = {
  signed_in: 'signed in',
  sign_in_failed: 'failed to sign in',
  signed_out: 'signed out',
  session_ended: 'sessions ended',
  first_admin_added: 'first admin made',
  setup_code_made: 'setup code printed',
  account_added: 'account added',
  account_changed: 'account changed',
  role_changed: 'role changed',
  account_disabled: 'account disabled',
  roster_changed: 'roster changed',
  account_enabled: 'account enabled',
  code_issued: 'code issued',
  password_chosen: 'password chosen',
  password_changed: 'password changed',
  token_issued: 'token issued',
  token_revoked: 'token revoked',
  credential_issued: 'device credential issued',
  credential_changed: 'device credential changed',
  credential_revoked: 'device credential revoked',
  acted_for_another: 'acted for another',
  not_allowed: 'tried what is not allowed',
  channel_tested: 'channel tested',
  phone_added: 'phone added for calls',
  phone_removed: 'phone taken off calls',
};

/** Who comes in, who they are and what was written down about it. */
export const accessEn = { role, roleText, weakness, enter, account, accounts, auditKind };
