import type { ChannelSettings } from '@keepsite/edge-notify';
import type { Registry } from '@keepsite/edge-contract';
import { join } from 'node:path';
import { createSign } from './acting/acting-key.ts';
import { type Acting, createActing } from './acting/acting.ts';
import { createLinkAddress } from './acting/link-address.ts';
import type { Accounts } from './acting/link-rights.ts';
import { createLinksThroughCloud, type LinksThroughCloud } from './acting/links-through-cloud.ts';
import { createMqttOrders } from './acting/mqtt-orders.ts';
import { NOTHING_SHOWN } from './acting/presence.ts';
import { createCodeVersions } from './adapters/code-versions.ts';
import { type ChannelNotifier, createNotifier } from './adapters/notifier.ts';
import { isOrder } from './adapters/own-topics.ts';
import { createPhotoFiles } from './adapters/photo-files.ts';
import { accessKey } from './adapters/sqlite-access/key.ts';
import type { EdgeConfig } from './config.ts';
import type { Directory } from './domain/directory.ts';
import type { EdgeEvents, Log } from './events.ts';
import type { CommandsParts } from './outbox/commands.ts';
import { createPager, type Pager } from './outbox/pager.ts';
import type { Clock, Inbox, InboxMessage, Pipeline, Store, Uplink } from './ports.ts';
import type { OpenPhones } from './phones.ts';
import { type ChannelDesk, createChannelDesk } from './channel-desk.ts';
import { createPhoneDesk, type PhoneDesk } from './push/phone-desk.ts';
import { createRepairDesk, type RepairDesk } from './repair/repair-desk.ts';
import { PHOTOS_SHARE } from './stores.ts';

export interface RespondersParts {
  readonly config: EdgeConfig;
  /** As they are now. */
  readonly registry: () => Registry;
  readonly directory: () => Directory;
  readonly channels: ChannelSettings;
  readonly pipeline: Pipeline;
  readonly store: Store;
  readonly clock: Clock;
  readonly publish: Inbox['publish'];
  /** Where phones reach this edge; null: nowhere, or not yet. */
  readonly publicUrl: () => string | null;
  readonly accounts: Accounts;
  readonly phones: OpenPhones;
  /** Null: this edge has no cloud. */
  readonly uplink: Pick<Uplink, 'photo'> | null;
  /** The cloud took what it was last sent. */
  readonly isCloudThere: () => boolean;
  readonly events: EdgeEvents;
  readonly log: Log;
}

/** The people: how they are paged, and by which doors their answers come in. */
export interface Responders {
  readonly notifier: ChannelNotifier;
  readonly pager: Pager;
  readonly acting: Acting;
  readonly repairs: RepairDesk;
  readonly phones: PhoneDesk;
  readonly channels: ChannelDesk;
  /** What the cloud passes on: whoever orders there has shown this edge nothing. */
  readonly throughCloud: CommandsParts['pipeline'];
  /** Null: this edge has no cloud. */
  readonly linksThroughCloud: LinksThroughCloud | null;
  /** Takes what came in by MQTT: what a device says, or what a person orders. */
  hear(message: InboxMessage): void;
}

export function createResponders(parts: RespondersParts): Responders {
  const { config, registry, directory, channels, pipeline, store, clock, publish, publicUrl, events, log } = parts;
  const { accounts, phones, uplink, isCloudThere } = parts;
  const file = (name: string) => join(config.dataDir, 'edge', name);
  const { key } = accessKey(file('acting.key'));
  const acting = createActing({
    key,
    versions: createCodeVersions(file('codes.json')),
    files: createPhotoFiles(file('photos'), config.diskLimitBytes * PHOTOS_SHARE),
    networks: config.http.siteNetworks,
    registry,
    pipeline,
    store,
    clock,
  });
  const notifier = createNotifier({
    edge: config.edge,
    directory,
    people: () => phones.reach(registry()).people,
    phones: { keys: phones.keys, phones: phones.book },
    clock,
    settings: channels,
    demo: config.demo,
    publish,
    log: (fields, message) => log.info(fields, message),
    webhook: config.webhook,
    publicUrl,
    ownLink: createLinkAddress({
      links: acting.links,
      orderLinks: acting.orderLinks,
      edge: { url: publicUrl, isNamed: config.http.publicUrl !== null },
      cloud: config.linksUrl === null ? null : { url: config.linksUrl, isThere: isCloudThere },
    }),
  });
  const mqttOrders = createMqttOrders({ acting, store, publish, clock, log });
  const takesOrders = config.mqtt.url === null || config.mqtt.ordersFromAnybody;
  return {
    notifier,
    pager: createPager({ store, notifier, pipeline, clock, events }),
    acting,
    repairs: createRepairDesk({ sign: createSign(key), registry, pipeline, photos: acting.photos, store }),
    phones: createPhoneDesk({
      book: phones.book,
      notifier,
      nameOf: (person) => registry().people.find(({ id }) => id === person)?.name ?? person,
    }),
    channels: createChannelDesk({
      channels: channels.channels,
      people: () => phones.reach(registry()).people,
      notifier,
    }),
    throughCloud: {
      order: (command) => acting.order(command, NOTHING_SHOWN),
      report: (...asked) => pipeline.report(...asked),
    },
    linksThroughCloud: uplink && createLinksThroughCloud({ acting, store, accounts, uplink }),
    hear(message) {
      if (!isOrder(message.topic)) pipeline.receive(message);
      else if (takesOrders) void mqttOrders(message);
      else message.acknowledge();
    },
  };
}
