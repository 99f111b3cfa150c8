import type { DayKind, PlanStep, Weekday } from '@keepsite/edge-contract';
import type { ResponseVersion } from '@keepsite/cloud-contract';
import { planFormEn } from './rosters-form-en.ts';
import { bookFormEn } from './rosters-parts-en.ts';

const dayKind: Record<DayKind, string> = { workday: 'Workday', weekend: 'Weekend', holiday: 'Holiday' };

const weekday: Record<Weekday, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};

/** When a step of the ladder is taken. */
const stepWhen: Record<PlanStep['when'], string> = {
  always: 'in any case',
  open: 'if nobody has acknowledged',
  not_on_site: 'if nobody is on site',
  not_accepted: 'if no channel has taken a page',
  not_answered: 'if the promise to answer is not kept',
};

const versionState: Record<ResponseVersion['state'], string> = {
  pending: 'on its way to the gateway',
  active: 'active',
  refused: 'refused by the gateway',
  replaced: 'replaced',
};

/** How people are reached, by the usual names of channels; another one stands for itself. */
const channel: Record<string, string> = {
  dingtalk: 'DingTalk',
  wecom: 'WeCom',
  feishu: 'Feishu',
  sms: 'SMS',
  voice: 'phone call',
  email: 'e-mail',
  siren: 'siren',
  push: 'push',
  'web-push': 'own phone',
  mqtt: 'MQTT',
  webhook: 'webhook',
  log: 'log',
};

/** Who is on call, and what happens when nobody answers. */
export const rostersEn = {
  dayKind,
  weekday,
  stepWhen,
  versionState,
  channel,
  rosters: {
    title: 'On call',
    lead: 'Who is paged now, who comes next, and when nobody would be.',
    now: 'Now',
    week: 'Week',
    next: 'Next',
    plans: 'Response plans',
    none: 'There is no roster here.',
    noneText: 'Crews are paged as a whole until somebody writes one.',
    nobody: 'Nobody is on call',
    until: (when: string) => `until ${when}`,
    since: (when: string) => `since ${when}`,
    at: (when: string) => `from ${when}`,
    unchanged: 'nothing changes within the next weeks',
    gap: (from: string, to: string) => `Nobody from ${from} to ${to}`,
    moreGaps: (count: string) => `and ${count} more times within a week`,
    notes: 'Hand-over notes',
    noNotes: 'no notes',
    swapped: 'swapped',
    stands: 'stands in',
    earlier: 'Week before',
    later: 'Week after',
    thisWeek: 'This week',
    changes: 'Overrides and swaps',
    noChanges: 'none in this week',
    here: 'made here',
    takeBack: 'Take back',
    gateway: 'Gateway',
    cloudSays: (version: string) => `Version ${version} from the cloud`,
    registrySays: 'From this gateway’s own registry',
    unknown: 'There is no such roster.',
    overrideIs: (on: string, off: string) => `${on} for ${off}`,
    everybody: 'everybody',
    inAddition: (who: string) => `${who} in addition`,
    nobodyInstead: 'nobody',
    swapIs: (one: string, other: string) => `${one} ⇄ ${other}`,
  },
  rosterForm: {
    title: 'Change',
    override: 'Stand-in',
    swap: 'Swap',
    note: 'Note',
    kind: 'What',
    on: 'Who stands in',
    off: 'For whom',
    noOne: '– nobody –',
    from: 'From',
    to: 'To',
    theirFrom: 'takes from',
    theirTo: 'to',
    reason: 'Reason',
    text: 'What the next shift must know',
    save: 'Save',
    saved: 'Saved.',
    zone: (zone: string) => `Times are of ${zone}.`,
  },
  plans: {
    title: 'Response plans',
    lead: 'What happens after how many seconds, and who hears of it.',
    serves: (what: string) => `Serves ${what}`,
    everything: 'every incident',
    targets: 'Targets',
    alerts: (who: string) => `Hears when nobody is on call: ${who}`,
    releases: 'takes the claim back',
    onlySkills: (skills: string) => `only with ${skills}`,
    repeats: (time: string) => `then again every ${time}`,
    none: 'There is no response plan: incidents page nobody.',
    findings: 'Checks',
    sound: 'Nothing is wrong with it.',
    error: 'Error',
    warning: 'Warning',
    edit: 'Edit',
    editLead: 'People, crews, rosters and plans as YAML. Checked while you type; nothing counts before you save it.',
    stop: 'Stop editing',
    save: 'Save and send to the gateway',
    text: 'People, crews, rosters and plans',
    note: 'What has changed',
    versions: 'Versions',
    rollback: 'Make this the newest',
    by: (name: string) => `by ${name}`,
    editInCloud: 'Plans are edited in the cloud.',
    notYaml: (reason: string) => `This is no YAML: ${reason}`,
    checking: 'Checking…',
    target: (term: string) => `target: ${term}`,
  },
  /** Which list named those whom an alarm has paged. */
  pagedBy: {
    roster: (plan: string) => `Paged: who is on call by the plan ${plan}`,
    file: 'Paged: by the operator’s duty file',
  },
  planForm: planFormEn,
  bookForm: bookFormEn,
};
