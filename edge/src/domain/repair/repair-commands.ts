import { type Command, type Incident, instantMillis, isOnlyRepair } from '@keepsite/edge-contract';
import type { CommandInHand } from '../command-in-hand.ts';

/** A promise to arrange is kept by an appointment, not by somebody saying that it is his. */
export function answersAppointment(incident: Incident): boolean {
  return isOnlyRepair(incident) && incident.repair?.urgency === 'ordinary';
}

/** Says when the repair will be done and by whom; whoever has nothing yet has it from now on. Answers why not, or null. */
export function arrange({ draft, command, by, at }: CommandInHand): string | null {
  const { response, responder, repair } = draft.incident;
  const { appointment } = command;
  if (!repair) return 'only a repair is arranged';
  if (response !== 'open' && response !== 'acknowledged') return `the repair is already ${response}`;
  if (!appointment) return 'say when, and by whom';
  if (instantMillis(appointment.at) < at) return 'an appointment lies in the future';
  if (response === 'open') draft.add({ kind: 'acknowledged', responder: appointment.by }, by, at);
  else if (responder !== appointment.by)
    draft.add({ kind: 'handed_over', from: responder, responder: appointment.by, reason: null }, by, at);
  draft.add({ kind: 'arranged', appointment }, by, at);
  return null;
}

/** Whether whoever resolved it says that it is mended; nothing where he does not say. */
export function fixedWord({ fixed }: Command): { readonly fixed?: boolean } {
  return typeof fixed === 'boolean' ? { fixed } : {};
}
