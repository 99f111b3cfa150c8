import type { Client } from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';
import { dayOf } from '../domain/calendar.ts';
import { dueLesson, groundsOf, isWorthATry, SYSTEM } from '../domain/energy/lesson.ts';
import { learn } from './baseline.ts';
import type { EnergyPorts } from './ports.ts';
import { boundaryOf, setupOf } from './setup.ts';
import { zoneOf } from './zone.ts';

/**
 * Learns the baseline that is due for a client, if one is: once, however many replicas look. Where its data do
 * not suffice yet the reasons are kept, and it is tried again later. What goes wrong is told, and reports are
 * made all the same.
 */
export async function learnIfDue(ports: EnergyPorts, client: Client, now: Millis): Promise<void> {
  try {
    await learnWhatIsDue(ports, client.id, now);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    ports.events.jobFailed({ job: `energy-baseline ${client.id}`, reason });
  }
}

async function learnWhatIsDue(ports: EnergyPorts, client: string, now: Millis): Promise<void> {
  const { energy } = ports.store;
  const zone = await zoneOf(ports, client);
  const today = dayOf(now, zone);
  const kept = await setupOf(ports.store, client, today);
  const { version, setup } = kept;
  if (setup.meters.length === 0) return;
  const [baselines, measures, [last]] = await Promise.all([
    energy.baselines(client),
    energy.facts(client, 'measure'),
    energy.facts(client, 'refusal'),
  ]);
  const lesson = dueLesson({ today, boundary: boundaryOf(setup), baselines, measures });
  const grounds = groundsOf(version, measures);
  if (!lesson || !isWorthATry(lesson, last, { today, grounds })) return;
  const { from, to, why } = lesson;
  const { method } = setup;
  const { baseline, span } = await learn(ports, { kept, zone, days: { from, to }, method, by: SYSTEM, why });
  if (!baseline.usable) {
    const { reasons } = baseline;
    await energy.saveFact(client, 'refusal', { id: 'baseline', day: today, grounds, from, to, why, reasons });
    return;
  }
  const saved = await energy.saveBaselineAfter(baselines[0]?.version ?? 0, client, baseline, span);
  if (saved) ports.events.baselineLearned({ client, version: saved.version, why: why.en });
}
