import type { DecodeContext, Decoded, Message, PointDescription } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, readText, type JsonObject } from '../json.ts';
import { addNumber, addRejected, addValue, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { isInexact } from '../points.ts';
import { shelf } from '../shelf.ts';
import { BATTERY, CHANNELS, DIRECT, DIVISORS, SUM_CHANNELS, type Channel } from './channels.ts';

const FAMILY = 'openems';
/** `[prefix/]edge/<client>/channel/<component>/<channel>`; a device is a component of an edge. */
const TOPIC = /^((?:.*\/)?)edge\/([^/]+)\/channel\/([^/]+)(?:\/([^/]+))?$/;
const CONFIG = /^((?:.*\/)?)edge\/([^/]+)\/edgeConfig\/?$/;
const OWN = /(?:^|\/)edge\/[^/]+\/(?:channel\/|edgeConfig\/?$|lastUpdate$|event(?:\/|$))/;

/** OpenEMS Edge's MQTT controller: one channel a topic, its value as a bare JSON scalar. */
export const openems: DeviceDialect = {
  family: FAMILY,
  // Everything is sent again after 300 seconds and expires after 600.
  expectEverySeconds: 600,
  recognises: (topic) => (OWN.test(topic) ? 0.95 : 0),
  decode,
};

/** What a component's configuration says of units other than those of the nature's document. */
type Units = Readonly<Record<string, string>>;
const configured = shelf<Units>('openems');

function decode(message: Message, context: DecodeContext): Decoded[] {
  const config = CONFIG.exec(message.topic);
  if (config) return decodeConfig(message, context, `${config[1]}${config[2]}`);
  const found = TOPIC.exec(message.topic);
  const [, prefix = '', edge = '', component = '', channel] = found ?? [];
  // The time of the last update belongs to no value: each channel is sent when it changes.
  if (!found || component === 'lastUpdate') return [];
  const from = speaker(FAMILY, `${prefix}${edge}/${component}`, null);
  const read = readJson(message.payload);
  if (!read.ok) return notJson(message, from, read.reason);
  const units = configured.find(context.memory, from.device);
  const values = objectOf(read.value);
  if (channel !== undefined && !values) addChannel(from, component, channel, read.value, units);
  for (const [name, value] of Object.entries(values ?? {})) addChannel(from, component, name, value, units);
  return from.lines;
}

/** A channel of texts could be sent without quotes; a number could not. */
function notJson(message: Message, from: Speaker, reason: string): Decoded[] {
  const text = readText(message.payload);
  return text.ok && /^[\p{L}_][^"{}[\]]*$/u.test(text.value) && !/^nan$/i.test(text.value)
    ? []
    : [rejected(FAMILY, from.device, reason)];
}

function addChannel(from: Speaker, component: string, name: string, raw: unknown, units: Units | undefined): void {
  const channel = channelOf(component, name, units?.[name]);
  if (isInexact(raw)) addRejected(from, `${name}: a whole number beyond 2^53 cannot be kept exactly`);
  else if (!channel) addOwn(from, name, raw);
  else if (channel.divisor < 1) addTimes(from, channel, raw);
  else addNumber(from, channel.metric, raw, channel.part, channel.divisor);
}

function addTimes(from: Speaker, { metric, part, divisor }: Channel, raw: unknown): void {
  const value = numberOf(raw);
  addNumber(from, metric, typeof value === 'number' ? value * Math.round(1 / divisor) : raw, part);
}

function channelOf(component: string, name: string, unit: string | undefined): Channel | undefined {
  const channel = component === '_sum' ? SUM_CHANNELS.get(name) : CHANNELS.get(name);
  if (!channel) return undefined;
  if (unit !== undefined) return { ...channel, divisor: DIVISORS.get(unit) ?? channel.divisor };
  return DIRECT.test(name) && BATTERY.test(component) ? { ...channel, divisor: 1 } : channel;
}

/** Numbers and booleans keep the channel's own name; texts, lists and a component's settings are dropped. */
function addOwn(from: Speaker, name: string, raw: unknown): void {
  if (name.startsWith('_Property')) return;
  if (raw === null) addValue(from, name, null, null, 'unknown');
  else if (typeof raw === 'number' || typeof raw === 'boolean') addValue(from, name, raw);
}

/** The configuration names the components, what they are called, and their channels' units. */
function decodeConfig(message: Message, context: DecodeContext, edge: string): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  for (const [id, component] of componentsOf(read.value['components'])) {
    const device = `${edge}/${id}`;
    const channels = Object.entries(objectOf(component['channels']) ?? {});
    const units = unitsOf(id, channels);
    if (Object.keys(units).length > 0) configured.put(context.memory, device, units);
    else configured.drop(context.memory, device);
    const [name, model] = [textOf(component['alias']), textOf(component['factoryId'])];
    const points = channels.slice(0, MAX_POINTS).map((entry) => describedPoint(id, entry));
    context.aside.describe({ family: FAMILY, device, name, maker: 'OpenEMS', model, points });
  }
  return [];
}

const MAX_POINTS = 200;

/** By id, or as a list of objects that have one. */
function componentsOf(raw: unknown): [string, JsonObject][] {
  const entries = Array.isArray(raw)
    ? raw.map((entry: unknown) => [textOf(objectOf(entry)?.['id']) ?? '', entry] as const)
    : Object.entries(objectOf(raw) ?? {});
  return entries.flatMap(([id, entry]) => {
    const component = objectOf(entry);
    return component && id !== '' ? [[id, component] as [string, JsonObject]] : [];
  });
}

function unitsOf(component: string, channels: readonly (readonly [string, unknown])[]): Units {
  const units: [string, string][] = [];
  for (const [name, raw] of channels) {
    const unit = textOf(objectOf(raw)?.['unit']);
    const usual = channelOf(component, name, undefined);
    if (usual && unit !== null && (DIVISORS.get(unit) ?? usual.divisor) !== usual.divisor) units.push([name, unit]);
  }
  return Object.fromEntries(units);
}

function describedPoint(component: string, [name, raw]: readonly [string, unknown]): PointDescription {
  const channel = channelOf(component, name, undefined);
  return {
    metric: channel?.metric ?? name,
    part: channel?.part ?? null,
    name,
    unit: textOf(objectOf(raw)?.['unit']),
  };
}

function textOf(raw: unknown): string | null {
  return typeof raw === 'string' && raw !== '' ? raw : null;
}
