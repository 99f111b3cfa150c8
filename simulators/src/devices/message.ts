/** One MQTT message as a device publishes it. */
export interface OutMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

/** A message that is not kept by the broker. */
export function telling(topic: string, payload: unknown, qos: 0 | 1 = 0): OutMessage {
  return { topic, payload: textOf(payload), qos, retain: false };
}

/** A message that the broker keeps for whoever comes later. */
export function keeping(topic: string, payload: unknown, qos: 0 | 1 = 0): OutMessage {
  return { topic, payload: textOf(payload), qos, retain: true };
}

/** Rounds to a number of decimals, as a device prints it. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

function textOf(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
