/** Dialects as people in a plant room call them; vendors' and projects' own names, the same in every language. */
const NAMES: Readonly<Record<string, string>> = {
  keepsite: 'Keepsite',
  'shelly-gen1': 'Shelly (Gen1)',
  'shelly-gen2': 'Shelly (Gen2+)',
  tasmota: 'Tasmota',
  zigbee2mqtt: 'Zigbee2MQTT',
  chirpstack: 'ChirpStack (LoRaWAN)',
  tts: 'The Things Stack (LoRaWAN)',
  milesight: 'Milesight',
  dragino: 'Dragino',
  lorawan: 'LoRaWAN',
  houqi: '后启 Houqi',
  'home-assistant': 'Home Assistant',
  homie: 'Homie',
  sparkplug: 'Sparkplug B',
  neuron: 'Neuron',
  edgex: 'EdgeX',
  thingsboard: 'ThingsBoard',
  openems: 'OpenEMS',
  mbmd: 'mbmd',
  zwave: 'Z-Wave JS',
  'zwave-js': 'Z-Wave JS',
  teltonika: 'Teltonika',
  acrel: 'Acrel 安科瑞',
  compere: 'Compere',
  iammeter: 'IAMMETER',
  solax: 'SolaX',
  wirenboard: 'Wiren Board',
  kura: 'Eclipse Kura',
  campbell: 'Campbell Scientific',
};

/** A dialect's name; a mapping and a dialect that is not listed keep their own word. */
export function familyName(family: string): string {
  return Object.hasOwn(NAMES, family) ? (NAMES[family] ?? family) : family;
}
