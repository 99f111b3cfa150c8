import type { Vendor } from './vendor.ts';

/** A relay of Shelly's second generation: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch */
export const shellyRelay: Vendor = {
  name: 'shelly-relay',
  document: 'https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch#switchset',
  throttled: { status: 503, body: { code: -114, message: 'Too many requests' } },
  refused: { status: 500, body: { code: -105, message: "Argument 'id', value 0 not found!" } },
  answer({ path, query }) {
    if (path !== '/rpc/Switch.Set') return { reply: { status: 404, body: { code: 404, message: 'No handler' } } };
    if (query.get('id') !== '0') return { reply: shellyRelay.refused };
    const on = query.get('on');
    if (on !== 'true' && on !== 'false')
      return { reply: { status: 500, body: { code: -103, message: "Missing or bad argument 'on'!" } } };
    const seconds = query.get('toggle_after');
    return {
      reply: { status: 200, body: { was_on: on === 'false' } },
      taken: { on: on === 'true', seconds: seconds === null ? null : Number(seconds) },
    };
  },
};

/** A relay with Tasmota: https://tasmota.github.io/docs/Commands/#with-web-requests */
export const tasmotaRelay: Vendor = {
  name: 'tasmota-relay',
  document: 'https://tasmota.github.io/docs/Commands/#with-web-requests',
  throttled: { status: 503, body: 'busy' },
  refused: { status: 200, body: { WARNING: 'Need user=<username>&password=<password>' } },
  answer({ path, query }) {
    if (path !== '/cm') return { reply: { status: 404 } };
    const command = query.get('cmnd') ?? '';
    const [, pulse, power] = /^Backlog PulseTime1 (\d+); Power1 ([01])$/.exec(command) ?? [];
    if (pulse === undefined) return { reply: { status: 200, body: { Command: 'Unknown' } } };
    const time = Number(pulse);
    const seconds = time === 0 ? null : time <= 111 ? time / 10 : time - 100;
    return { reply: { status: 200, body: {} }, taken: { on: power === '1', seconds } };
  },
};
