import { type DecodedLine, instantTextOrNull } from '@keepsite/edge-contract';
import type { Decoded } from './decoded.ts';

/** A line as every surface shows it, with its instant as text. */
export function printable(line: Decoded): DecodedLine {
  switch (line.kind) {
    case 'reading': {
      const { kind, family, device, metric, part, value, at, quality, historical } = line;
      return { kind, family, device, metric, part, value, at: instantTextOrNull(at), quality, historical };
    }
    case 'fault': {
      const { kind, family, device, fault, vendorCode, state, at, quality, historical } = line;
      return { kind, family, device, fault, vendorCode, state, at: instantTextOrNull(at), quality, historical };
    }
    case 'availability':
      return { kind: line.kind, family: line.family, device: line.device, online: line.online };
    case 'rejected':
      return { kind: line.kind, family: line.family, device: line.device, reason: line.reason };
  }
}
