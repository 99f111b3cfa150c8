import { topicPattern } from '../mapping/topic.ts';

/** The page that adopts a device; `mapping` names the saved mapping that reads it. */
export function adoptHref(device: string, mapping?: string): string {
  return `/discovered?device=${encodeURIComponent(device)}${mapping ? `&mapping=${encodeURIComponent(mapping)}` : ''}`;
}

/** The page that describes how a device speaks, under a name that its topic suggests. */
export function describeHref(device: string, topic = device): string {
  return mappingHref(topicPattern(topic).family, device);
}

/** The page of an adopted device. */
export function deviceHref(device: string): string {
  return `/devices?device=${encodeURIComponent(device)}`;
}

export function mappingHref(name: string, device?: string): string {
  return `/mappings/${encodeURIComponent(name)}${device ? `?device=${encodeURIComponent(device)}` : ''}`;
}
