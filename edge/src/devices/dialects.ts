import { chirpstack } from './chirpstack/decode.ts';
import type { DeviceDialect } from './dialect.ts';
import { homeAssistant } from './home-assistant/decode.ts';
import { houqi } from './houqi/decode.ts';
import { keepsite } from './keepsite/decode.ts';
import { lorawan } from './lorawan/decode.ts';
import { milesight } from './milesight/decode.ts';
import { shellyGen2 } from './shelly-gen2/decode.ts';
import { tasmota } from './tasmota/decode.ts';
import { tts } from './tts/decode.ts';
import { zigbee2mqtt } from './zigbee2mqtt/decode.ts';

/** Every dialect the edge speaks. At equal sureness the earlier one decodes. */
export const DIALECTS: readonly DeviceDialect[] = [
  keepsite,
  shellyGen2,
  tasmota,
  zigbee2mqtt,
  chirpstack,
  tts,
  milesight,
  lorawan,
  houqi,
  homeAssistant,
];
