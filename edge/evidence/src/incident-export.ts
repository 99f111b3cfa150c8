import { foldAll, IncidentEvent, type Incident } from '@keepsite/edge-contract';
import { z } from 'zod';
import { storyOf, type StoryLine, WORDS_VERSION } from './story.ts';

/** A link of the edge's chain that belongs to another incident: enough to see that nothing was cut out between. */
export const ForeignLink = z.object({
  seq: z.int().positive(),
  prev: z.string().length(64),
  hash: z.string().length(64),
});
export type ForeignLink = z.infer<typeof ForeignLink>;

export const EXPORT_FORMAT = 'keepsite-incident-export';

/**
 * Everything about one incident in one file that can be checked without us: `events` exactly as the
 * edge hashed them; `links`, what lies between them in its chain, without what it says; and, to be
 * read by people, the incident, its story in both languages and its pages, which all follow from the
 * events.
 */
export interface IncidentExport {
  readonly format: typeof EXPORT_FORMAT;
  readonly version: 1;
  readonly exportedAt: string;
  readonly exportedBy: 'edge' | 'cloud';
  readonly incident: Incident;
  /** Of the story's sentences; others may word the same facts otherwise. */
  readonly words: number;
  readonly story: readonly StoryLine[];
  readonly pages: Incident['pages'];
  readonly events: readonly unknown[];
  readonly links: readonly ForeignLink[];
}

/** Puts an export together from an incident's events, as they are stored. Throws a RangeError when its opening is missing. */
export function exportIncident(
  events: readonly IncidentEvent[],
  links: readonly ForeignLink[],
  made: Pick<IncidentExport, 'exportedAt' | 'exportedBy'>,
): IncidentExport {
  const own = new Set(events.map(({ seq }) => seq));
  const told = tellAll(events);
  return {
    format: EXPORT_FORMAT,
    version: 1,
    ...made,
    words: WORDS_VERSION,
    ...told,
    events,
    links: links.filter(({ seq }) => !own.has(seq)).map(({ seq, prev, hash }) => ({ seq, prev, hash })),
  };
}

/** What follows from events: the incident as it stands, its story, its pages. */
export function tellAll(events: readonly unknown[]): Pick<IncidentExport, 'incident' | 'story' | 'pages'> {
  const parsed = events.map((event) => IncidentEvent.parse(event));
  const incident = foldAll(parsed);
  if (!incident) throw new RangeError('an incident has at least the event that opened it');
  return { incident, story: storyOf(parsed), pages: incident.pages };
}

/** A byte order mark, so that spreadsheets read Chinese as it was written. */
const BOM = '\uFEFF';
const COLUMNS = ['seq', 'at', 'recorded_at', 'kind', 'by', 'via', 'en', 'zh', 'page_state', 'hash', 'prev'] as const;

/** The story as CSV (RFC 4180), one line an event. A text that a spreadsheet would reckon with is quoted with an apostrophe. */
export function exportCsv({ story, events }: Pick<IncidentExport, 'story' | 'events'>): string {
  const raw = events as readonly IncidentEvent[];
  const rows = story.map((line, i) => [
    String(line.seq),
    line.at,
    line.recordedAt,
    line.kind,
    `${line.by.kind}:${line.by.id}`,
    line.by.via ?? '',
    line.en,
    line.zh,
    pageState(raw[i]),
    line.hash,
    raw[i]?.prev ?? '',
  ]);
  return BOM + [[...COLUMNS], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function pageState(event: IncidentEvent | undefined): string {
  if (event?.change.kind === 'paged') return event.change.page.state;
  return event?.change.kind === 'page' ? event.change.state : '';
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
