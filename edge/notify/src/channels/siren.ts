import { z } from 'zod';
import { type Answer, judgeStatus, notTheProvider, quote } from '../answer.ts';
import { type Channel, type ChannelDeps, type Delivery, type OutgoingPage, retryOrGiveUp } from '../channel.ts';
import { deliver, type Heard } from '../http.ts';
import { channelType, Server } from './channel-type.ts';

/** How a device is told to sound for so many seconds, or to be silent (0). */
interface Model {
  readonly document: string;
  readonly mqtt: (device: string, seconds: number) => readonly [topic: string, payload: string];
  /** Absent: it is not reached over HTTP. */
  readonly http?: (seconds: number) => string;
}

const MODELS = {
  shelly: {
    document: 'https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch#switchset',
    mqtt: (device, seconds) => [
      `${device}/rpc`,
      JSON.stringify({ id: 1, src: 'keepsite', method: 'Switch.Set', params: switchParameters(seconds) }),
    ],
    http: (seconds) => `/rpc/Switch.Set?${new URLSearchParams(texts(switchParameters(seconds))).toString()}`,
  },
  tasmota: {
    document: 'https://tasmota.github.io/docs/Commands/#control',
    mqtt: (device, seconds) => [`cmnd/${device}/Backlog`, pulse(seconds)],
    http: (seconds) => `/cm?${new URLSearchParams({ cmnd: `Backlog ${pulse(seconds)}` }).toString()}`,
  },
  zigbee2mqtt: {
    document: 'https://www.zigbee2mqtt.io/guide/usage/exposes.html#warning',
    mqtt: (device, seconds) => [
      `zigbee2mqtt/${device}/set`,
      JSON.stringify({
        warning: { mode: seconds > 0 ? 'emergency' : 'stop', level: 'high', strobe: seconds > 0, duration: seconds },
      }),
    ],
  },
} as const satisfies Record<string, Model>;

const Settings = z
  .strictObject({
    model: z.enum(['shelly', 'tasmota', 'zigbee2mqtt']),
    /** After this it falls silent by itself, even if the edge is gone. */
    seconds: z.int().min(1).max(3_600).prefault(60),
    /** A relay that is reached over HTTP. Absent: over MQTT, on the broker of the edge. */
    url: Server.optional(),
  })
  .refine(({ model, url }) => url === undefined || model !== 'zigbee2mqtt', 'zigbee2mqtt is reached over MQTT only');
type Settings = z.infer<typeof Settings>;

/** A siren, or a relay with one behind it, in the building: needs no internet. An acknowledgement silences it. */
export const siren = channelType({
  type: 'siren',
  names: { en: 'Local siren or relay', zh: '本地警号 / 继电器' },
  document: MODELS.shelly.document,
  address: 'the device’s name on the broker; any text for a relay with a URL',
  settings: Settings,
  create: sirenChannel,
});

function sirenChannel(name: string, settings: Settings): Channel {
  const tell = (page: OutgoingPage, seconds: number, deps: ChannelDeps): Promise<Delivery> =>
    settings.url === undefined
      ? overMqtt(page, settings, seconds, deps)
      : deliver(page, { method: 'GET', url: settings.url + path(settings, seconds) }, verdict, deps);
  return {
    name,
    perIncident: true,
    send: (page, deps) => tell(page, page.test ? 1 : settings.seconds, deps),
    follow: (page, deps) => tell(page, 0, deps),
  };
}

async function overMqtt(
  page: OutgoingPage,
  { model }: Settings,
  seconds: number,
  deps: ChannelDeps,
): Promise<Delivery> {
  const device = page.page.to.address;
  if (/[+#\p{Cc}]/u.test(device)) return { outcome: 'failed', reason: `${device} is no name of a device` };
  const [topic, payload] = MODELS[model].mqtt(device, seconds);
  try {
    await deps.publish(topic, payload);
    return { outcome: 'accepted', reference: topic };
  } catch (error) {
    return retryOrGiveUp(page, `the broker did not take it: ${String(error)}`, deps.random);
  }
}

function path({ model }: Settings, seconds: number): string {
  const shape: Model = MODELS[model];
  return shape.http?.(seconds) ?? '';
}

function switchParameters(seconds: number) {
  return seconds > 0 ? { id: 0, on: true, toggle_after: seconds } : { id: 0, on: false };
}

/** PulseTime counts tenths of a second up to 111 and seconds, 100 added, from 112 on. */
function pulse(seconds: number): string {
  return seconds > 0
    ? `PulseTime1 ${seconds <= 11 ? seconds * 10 : seconds + 100}; Power1 1`
    : 'PulseTime1 0; Power1 0';
}

function texts(parameters: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, String(value)]));
}

/** Both answer with JSON: Shelly with a `code` when it refuses, Tasmota with a `WARNING` or an unknown `Command`. */
function verdict(heard: Heard): Answer {
  const byStatus = judgeStatus(heard);
  if (byStatus !== null) return byStatus;
  if (heard.json === null) return notTheProvider(heard);
  const no = ['code', 'WARNING', 'Error', 'Command'].some((field) => field in (heard.json ?? {}));
  return no ? { kind: 'no', reason: `refused${quote(heard.body)}` } : { kind: 'yes', reference: null };
}
