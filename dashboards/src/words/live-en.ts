const clock = {
  toAcknowledge: 'to acknowledge',
  toOnSite: 'to be on site',
  toResolve: 'to resolve',
  overdue: 'overdue',
  metIn: (time: string): string => `in ${time}`,
  missedAfter: (time: string): string => `after ${time}`,
  noClock: 'No clock in this plan',
  openFor: 'open for',
  scaled: (scale: number): string => `time runs ×${scale}`,
};

const ladder = {
  step: (n: number, of: number): string => `Step ${n} of ${of}`,
  nextAt: (time: string): string => `next at ${time}`,
  atRest: 'ladder at rest',
  allTaken: 'all steps taken',
  title: 'Response plan',
  frozen: (id: string, version: number): string => `${id}, version ${version}, frozen when the incident opened`,
  after: (time: string): string => `at ${time}`,
  taken: 'taken',
  skipped: 'skipped',
  next: 'next',
  later: 'later',
  nobody: 'nobody',
  releases: 'takes the claim back',
};

const fresh = {
  waiting: 'Connecting…',
  live: 'Live',
  updated: (seconds: number): string => `updated ${seconds} s ago`,
  short: (seconds: number): string => `${seconds} s`,
  late: (seconds: number): string => `no news for ${seconds} s`,
  deadTitle: 'The connection to the server is lost.',
  deadText: 'The numbers below are not current. Reconnecting; call the duty phone if you need to act now.',
};

const wall = {
  title: 'Live watch',
  open: (n: number): string => (n === 1 ? '1 open incident' : `${n} open incidents`),
  quietTitle: 'No open incident',
  quietText: (time: string): string => `As of ${time}, server time. This page updates itself.`,
  quietUnknown: 'Waiting for the server before saying so.',
  resolved: 'Resolved, waiting to be closed',
  recent: 'Recently closed',
  recentNone: 'Nothing has been closed yet.',
  responder: 'Responder',
  nobody: 'nobody yet',
  mine: 'yours',
  unreported: 'no word yet',
  sites: 'Sites',
  allQuiet: 'quiet',
  edges: 'Edges',
  edgeLive: 'live',
  edgeBlind: 'blind',
  edgeBacklog: (n: number): string => `${n} waiting to go up`,
  edgeNone: 'not heard yet',
  silent: 'Devices silent',
  ofKnown: (n: number): string => `of ${n}`,
  quarantine: 'In quarantine',
  messages: 'messages',
  energyToday: 'Energy today',
  powerNow: 'Power now',
  usual: (kwh: string): string => `usual ${kwh}`,
  demo: 'Demo. Nothing here rings a real phone.',
  trap: 'Trap a passenger',
  panel: 'Simulator panel',
  simulated: 'simulated',
  again: (n: number): string => `heard ${n} times`,
};

/** What is said of now: clocks, ladders, freshness and the wall. */
export const liveEn = { clock, ladder, fresh, wall };
