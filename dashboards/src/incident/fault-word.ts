import { FAULTS, type Fault } from '@keepsite/edge-contract';

/** A fault in the reader's words; one that this page does not know yet stands for itself. */
export function faultWord(fault: string, words: Record<Fault, string>): string {
  const known = FAULTS.find((one) => one === fault);
  return known === undefined ? fault : words[known];
}
