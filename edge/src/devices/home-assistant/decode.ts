import type { DeviceDialect } from '../dialect.ts';

/**
 * Home Assistant's discovery, which many bridges publish beside their states. It describes readings
 * and is none, so it never yields a line; known here so that it does not fill the quarantine.
 */
export const homeAssistant: DeviceDialect = {
  family: 'home-assistant',
  expectEverySeconds: 86_400,
  recognises: (topic) => (/^homeassistant\/(?:status$|.+\/config$)/.test(topic) ? 1 : 0),
  decode: () => [],
};
