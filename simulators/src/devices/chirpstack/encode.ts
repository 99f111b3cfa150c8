import type { Millis } from '@keepsite/edge-contract';
import { hash32, uuidOf } from '../../random.ts';
import { telling, type OutMessage } from '../message.ts';

const APPLICATION = '17c82e96-be03-4f38-aef3-f83d48582d97';
const TENANT = '52f14cd4-c6f1-4fbd-8f87-4025e1d49242';

export interface Uplink {
  readonly devEui: string;
  readonly deviceName: string;
  readonly deviceProfileName: string;
  readonly at: Millis;
  /** Frames counted since the device joined. */
  readonly fCnt: number;
  /** What the device profile's codec made of the frame; absent without a codec. */
  readonly object?: Readonly<Record<string, unknown>>;
  /** The frame; absent as with a profile that publishes the decoded object only. */
  readonly frame?: Uint8Array;
}

/**
 * ChirpStack v4 uplink event in JSON. `time` carries nanoseconds and an offset; `deduplicationId`
 * belongs to this one uplink. Source: chirpstack.io/docs, integrations/events.
 */
export function uplink({ devEui, deviceName, deviceProfileName, at, fCnt, object, frame }: Uplink): OutMessage {
  const key = hash32(devEui);
  const body = {
    deduplicationId: uuidOf('uplink', devEui, at, fCnt),
    time: new Date(at).toISOString().replace('Z', '345678+00:00'),
    deviceInfo: {
      tenantId: TENANT,
      tenantName: 'ChirpStack',
      applicationId: APPLICATION,
      applicationName: 'Facility',
      deviceProfileId: uuidOf('profile', deviceProfileName),
      deviceProfileName,
      deviceName,
      devEui,
      tags: {},
    },
    devAddr: key.toString(16).padStart(8, '0'),
    adr: true,
    dr: 5,
    fCnt,
    fPort: 85,
    confirmed: false,
    ...(frame && { data: frame.toBase64() }),
    ...(object && { object }),
    rxInfo: [
      {
        gatewayId: '0016c001f153a14c',
        uplinkId: hash32(`${devEui}${fCnt}`),
        rssi: -60 - (key % 40),
        snr: 4 + (key % 13) / 2,
      },
    ],
    txInfo: {
      frequency: 486_300_000 + 200_000 * (key % 8),
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7, codeRate: 'CR_4_5' } },
    },
  };
  return telling(`application/${APPLICATION}/device/${devEui}/event/up`, body);
}
