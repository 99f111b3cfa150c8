import type { Vendor } from './vendor.ts';

export const SMS_ROUTER = { user: 'user1', password: 'user_pass' } as const;

/** A Teltonika router with a SIM card: its answers are words in a 200. */
export const smsRouter: Vendor = {
  name: 'sms-router',
  document: 'https://wiki.teltonika-networks.com/view/RUT955_SMS_Gateway',
  throttled: { status: 429, body: 'TIMEOUT' },
  refused: { status: 200, body: 'WRONG_NUMBER' },
  answer({ path, query }) {
    if (path !== '/cgi-bin/sms_send') return { reply: { status: 404 } };
    if (query.get('username') !== SMS_ROUTER.user || query.get('password') !== SMS_ROUTER.password)
      return { reply: { status: 401, body: 'Unauthorized access' } };
    const number = query.get('number') ?? '';
    const text = query.get('text') ?? '';
    // "Phone number format is: 00{COUNTRY_CODE} {RECEIVER_NUMBER}."
    if (!/^00\d{6,15}$/.test(number)) return { reply: smsRouter.refused };
    if (text === '' || text.length > 160) return { reply: { status: 200, body: 'ERROR' } };
    return { reply: { status: 200, body: 'OK' }, taken: { number, text } };
  },
};
