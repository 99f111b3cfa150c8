import type { HoldChange, HoldReason } from '@keepsite/edge-contract';
import type { Words } from '../words/en.ts';
import type { Teller } from './timeline.ts';

type Detail = Readonly<Record<string, unknown>>;

/** How it is told that an incident is held back, let out, or speaks for others. */
export const STORM_TELLERS: { readonly [K in HoldChange['kind']]: Teller } = {
  held: {
    tone: () => 'quiet',
    text: (d, t) => t.storm.event.held(t.storm.reason[d['reason'] as HoldReason] ?? '–', saidIn(d, t)),
  },
  unheld: { tone: () => 'bad', text: (d, t) => t.storm.event.unheld(saidIn(d, t)) },
  gathered: { tone: () => 'plain', text: (d, t) => t.storm.event.gathered(saidIn(d, t)) },
};

/** The edge says it in both languages. */
function saidIn(detail: Detail, t: Words): string {
  const text = detail['text'] as { readonly en?: unknown; readonly zh?: unknown } | undefined;
  const said = t.language === '中文' ? text?.zh : text?.en;
  return typeof said === 'string' ? said : '–';
}
