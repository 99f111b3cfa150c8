import type { Millis } from '@keepsite/edge-contract';
import { hash32 } from '../../random.ts';
import { telling, type OutMessage } from '../message.ts';

export interface TtsUplink {
  readonly device: string;
  readonly devEui: string;
  readonly at: Millis;
  /** Frames counted since the device joined. */
  readonly fCnt: number;
  readonly brand?: string;
  readonly model?: string;
  /** What the payload formatter made of the frame; absent without one. */
  readonly decoded?: Readonly<Record<string, unknown>>;
  readonly normalized?: readonly Readonly<Record<string, unknown>>[];
  readonly frame?: Uint8Array;
  readonly simulated?: boolean;
}

const TENANT = 'facility@ttn';

/**
 * The Things Stack's uplink message. Times carry nanoseconds; fields that are empty, 0 or false are
 * left out. Source: thethingsindustries.com/docs, integrations/data-formats.
 */
export function ttsUplink(uplink: TtsUplink): OutMessage {
  const { device, devEui, at, fCnt, brand, model, decoded, normalized, frame, simulated } = uplink;
  const heard = (after: number) => new Date(at + after).toISOString().replace('Z', '143205Z');
  const body = {
    end_device_ids: {
      device_id: device,
      application_ids: { application_id: 'facility' },
      dev_eui: devEui.toUpperCase(),
    },
    received_at: heard(207),
    ...(simulated && { simulated }),
    uplink_message: {
      session_key_id: `${hash32(devEui).toString(16)}==`,
      f_port: 85,
      ...(fCnt > 0 && { f_cnt: fCnt }),
      ...(frame && { frm_payload: frame.toBase64() }),
      ...(decoded && { decoded_payload: decoded }),
      ...(normalized && { normalized_payload: normalized }),
      rx_metadata: [{ gateway_ids: { gateway_id: 'gtw1' }, rssi: -71, snr: 9.5 }],
      settings: { data_rate: { lora: { bandwidth: 125_000, spreading_factor: 7 } }, frequency: '868100000' },
      received_at: heard(0),
      ...(brand !== undefined && { version_ids: { brand_id: brand, model_id: model ?? '' } }),
    },
  };
  return telling(`v3/${TENANT}/devices/${device}/up`, body);
}
