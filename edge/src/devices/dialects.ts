import { acrel } from './acrel/decode.ts';
import { azureElevator } from './azure-elevator/decode.ts';
import { campbell } from './campbell/decode.ts';
import { chirpstack } from './chirpstack/decode.ts';
import { compere } from './compere/decode.ts';
import type { DeviceDialect } from './dialect.ts';
import { dragino } from './dragino/decode.ts';
import { edgelogger } from './edgelogger/decode.ts';
import { edgex } from './edgex/decode.ts';
import { elevatorCo } from './elevator-co/decode.ts';
import { elevatorcloud } from './elevatorcloud/decode.ts';
import { homeAssistant } from './home-assistant/decode.ts';
import { homie } from './homie/decode.ts';
import { houqi } from './houqi/decode.ts';
import { iammeter } from './iammeter/decode.ts';
import { keepsite } from './keepsite/decode.ts';
import { kura } from './kura/decode.ts';
import { lorawan } from './lorawan/decode.ts';
import { mbmd } from './mbmd/decode.ts';
import { milesight } from './milesight/decode.ts';
import { mockElevator } from './mock-elevator/decode.ts';
import { neuron } from './neuron/decode.ts';
import { openems } from './openems/decode.ts';
import { pumpfuse } from './pumpfuse/decode.ts';
import { shellyGen1 } from './shelly-gen1/decode.ts';
import { shellyGen2 } from './shelly-gen2/decode.ts';
import { shmashine } from './shmashine/decode.ts';
import { solax } from './solax/decode.ts';
import { sparkplug } from './sparkplug/decode.ts';
import { sqelevator } from './sqelevator/decode.ts';
import { tasmota } from './tasmota/decode.ts';
import { tts } from './tts/decode.ts';
import { wirenboard } from './wirenboard/decode.ts';
import { wmbusmeters } from './wmbusmeters/decode.ts';
import { zigbee2mqtt } from './zigbee2mqtt/decode.ts';
import { zwaveJs } from './zwave-js/decode.ts';

/** Every dialect the edge speaks. At equal sureness the earlier one decodes. */
export const DIALECTS: readonly DeviceDialect[] = [
  keepsite,
  shellyGen1,
  shellyGen2,
  tasmota,
  zigbee2mqtt,
  chirpstack,
  tts,
  milesight,
  dragino,
  lorawan,
  houqi,
  shmashine,
  elevatorcloud,
  elevatorCo,
  sqelevator,
  azureElevator,
  pumpfuse,
  homie,
  wirenboard,
  zwaveJs,
  kura,
  homeAssistant,
  mockElevator,
  acrel,
  campbell,
  compere,
  edgelogger,
  edgex,
  iammeter,
  mbmd,
  neuron,
  openems,
  solax,
  sparkplug,
  wmbusmeters,
];
