import { seeded } from '../random.ts';
import { acrelSamples } from './acrel/samples.ts';
import { azureElevatorSamples } from './azure-elevator/samples.ts';
import { campbellSamples } from './campbell/samples.ts';
import { chirpstackSamples } from './chirpstack/samples.ts';
import { compereSamples } from './compere/samples.ts';
import { draginoSamples } from './dragino/samples.ts';
import { edgeloggerSamples } from './edgelogger/samples.ts';
import { edgexSamples } from './edgex/samples.ts';
import { elevatorCoSamples } from './elevator-co/samples.ts';
import { elevatorcloudSamples } from './elevatorcloud/samples.ts';
import { homeAssistantSamples } from './home-assistant/samples.ts';
import { homieSamples } from './homie/samples.ts';
import { houqiSamples } from './houqi/samples.ts';
import { iammeterSamples } from './iammeter/samples.ts';
import { keepsiteSamples } from './keepsite/samples.ts';
import { kuraSamples } from './kura/samples.ts';
import { lorawanSamples } from './lorawan/samples.ts';
import { mbmdSamples } from './mbmd/samples.ts';
import { milesightSamples } from './milesight/samples.ts';
import { mockElevatorSamples } from './mock-elevator/samples.ts';
import { neuronSamples } from './neuron/samples.ts';
import { openemsSamples } from './openems/samples.ts';
import { pumpfuseSamples } from './pumpfuse/samples.ts';
import type { Sample, Sampler } from './sample.ts';
import { shellyGen1Samples } from './shelly-gen1/samples.ts';
import { shellyGen2Samples } from './shelly-gen2/samples.ts';
import { shmashineSamples } from './shmashine/samples.ts';
import { solaxSamples } from './solax/samples.ts';
import { sparkplugSamples } from './sparkplug/samples.ts';
import { sqelevatorSamples } from './sqelevator/samples.ts';
import { tasmotaSamples } from './tasmota/samples.ts';
import { ttsSamples } from './tts/samples.ts';
import { wirenboardSamples } from './wirenboard/samples.ts';
import { wmbusmetersSamples } from './wmbusmeters/samples.ts';
import { zigbee2mqttSamples } from './zigbee2mqtt/samples.ts';
import { zwaveJsSamples } from './zwave-js/samples.ts';

/** Every dialect that devices of the simulated world could speak. Names are the edge's families. */
export const SAMPLERS: Readonly<Record<string, Sampler>> = {
  acrel: acrelSamples,
  'azure-elevator': azureElevatorSamples,
  campbell: campbellSamples,
  chirpstack: chirpstackSamples,
  compere: compereSamples,
  dragino: draginoSamples,
  edgelogger: edgeloggerSamples,
  edgex: edgexSamples,
  'elevator-co': elevatorCoSamples,
  elevatorcloud: elevatorcloudSamples,
  'home-assistant': homeAssistantSamples,
  homie: homieSamples,
  houqi: houqiSamples,
  iammeter: iammeterSamples,
  keepsite: keepsiteSamples,
  kura: kuraSamples,
  lorawan: lorawanSamples,
  mbmd: mbmdSamples,
  milesight: milesightSamples,
  'mock-elevator': mockElevatorSamples,
  neuron: neuronSamples,
  openems: openemsSamples,
  pumpfuse: pumpfuseSamples,
  'shelly-gen1': shellyGen1Samples,
  'shelly-gen2': shellyGen2Samples,
  shmashine: shmashineSamples,
  solax: solaxSamples,
  sparkplug: sparkplugSamples,
  sqelevator: sqelevatorSamples,
  tasmota: tasmotaSamples,
  tts: ttsSamples,
  wirenboard: wirenboardSamples,
  wmbusmeters: wmbusmetersSamples,
  zigbee2mqtt: zigbee2mqttSamples,
  'zwave-js': zwaveJsSamples,
};

/** Messages of one dialect with what they mean; the same seed gives the same messages. */
export function samplesOf(family: string, seed: number): Sample[] {
  return SAMPLERS[family]?.(seeded('samples', family, seed)) ?? [];
}
