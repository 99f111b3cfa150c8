import type { IPublishPacket, MqttClient } from 'mqtt';
import type { Clock, InboxMessage } from '../../ports.ts';
import { deliveryId } from '../delivery-id.ts';

export interface ReceiverParts {
  readonly clock: Pick<Clock, 'now'>;
  /** The client id under which the broker keeps what is not acknowledged. */
  readonly session: string;
  readonly isOurs: (topic: string) => boolean;
  readonly handler: (message: InboxMessage) => void;
  /** Messages that may wait for their commit; beyond, nothing is read from the broker. */
  readonly receiveMaximum: number;
}

/** Tells mqtt.js to go on to the next packet without acknowledging this one. */
const HELD = new Error('acknowledged later');
/** Fixed headers of MQTT §3.4 and §3.5; both are followed by the message id alone, which in MQTT 5 means success. */
const PUBACK = 0x40;
const PUBREC = 0x50;

/**
 * mqtt.js sends the PUBACK when `handleMessage` calls back without an error, and takes the next
 * packet only after that call: waiting for the commit there would make every commit hold one message.
 * So it is called back at once with an error, which only skips the PUBACK (lib/handlers/publish.js,
 * 5.16), and the PUBACK is written when the message is acknowledged. QoS 2 it would answer before
 * anybody has seen the message: shown to it as QoS 1, it leaves that answer (PUBREC) to us too, and
 * answers the PUBREL by itself.
 */
export function createReceiver(client: MqttClient, parts: ReceiverParts): MqttClient['handleMessage'] {
  const { isOurs, receiveMaximum } = parts;
  const acknowledger = createAcknowledger(client);
  const hand = createHand(parts);
  const sentTwice = new WeakSet<object>();
  /** Acknowledgements that are still owed on this very connection. */
  let owed = new Set<object>();
  let readOn: (() => void) | null = null;

  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'publish' || packet.qos !== 2) return;
    sentTwice.add(packet);
    packet.qos = 1;
  });
  client.on('close', () => {
    owed = new Set();
    readOn = null;
  });

  function owing(packet: IPublishPacket, acknowledge: () => void): () => void {
    owed.add(packet);
    return () => {
      acknowledge();
      owed.delete(packet);
      if (owed.size < receiveMaximum) readOn?.();
    };
  }

  return (packet, callback) => {
    if (client.disconnecting) return callback(HELD);
    const qos = sentTwice.has(packet) ? 2 : packet.qos;
    if (qos === 0) {
      if (!isOurs(packet.topic)) hand(packet, qos, nothing);
      return callback();
    }
    const acknowledge = owing(packet, acknowledger(packet, qos === 2 ? PUBREC : PUBACK));
    if (isOurs(packet.topic)) acknowledge();
    else hand(packet, qos, acknowledge);
    if (owed.size < receiveMaximum) return callback(HELD);
    readOn = () => {
      readOn = null;
      callback(HELD);
    };
  };
}

function nothing(): void {}

type Hand = (packet: IPublishPacket, qos: 0 | 1 | 2, acknowledge: () => void) => void;

/** Hands messages over; a QoS 2 message that comes again while the first is in work is not, and takes over its answer. */
function createHand({ clock, session, handler }: ReceiverParts): Hand {
  const inWork = new Map<string, () => void>();

  function once(id: string): () => void {
    return () => {
      const acknowledge = inWork.get(id);
      inWork.delete(id);
      acknowledge?.();
    };
  }

  return (packet, qos, acknowledge) => {
    const { topic, payload, retain, dup } = packet;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const message = { topic, payload: bytes, retain, receivedAt: clock.now(), qos, client: null, acknowledge };
    const id = qos === 2 ? deliveryId(session, packet) : null;
    const isInWork = id !== null && dup && inWork.has(id);
    if (id !== null) inWork.set(id, acknowledge);
    if (isInWork) return;
    try {
      handler(id === null ? message : { ...message, acknowledge: once(id), delivery: { id, again: dup } });
    } catch {
      // Not acknowledged: the broker keeps it and brings it again with the next connection.
      if (id !== null) inWork.delete(id);
    }
  };
}

/** Writes acknowledgements, those of one turn together. */
function createAcknowledger(client: MqttClient): (packet: IPublishPacket, header: number) => () => void {
  let corked = false;

  function write(header: number, messageId: number): void {
    const { stream } = client;
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    stream.write(Uint8Array.of(header, 2, messageId >> 8, messageId & 0xff));
  }

  return ({ messageId = 0 }, header) => {
    const { stream } = client;
    let owed = true;
    return () => {
      // On another connection the id may mean another message; the broker brings this one again.
      if (owed && client.connected && client.stream === stream) write(header, messageId);
      owed = false;
    };
  };
}
