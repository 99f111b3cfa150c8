import type { PhoneFailure } from '../api/phone.ts';
import type { Barrier } from '../api/phone-barrier.ts';

const barrier: Record<Barrier, string> = {
  insecure:
    'This address is plain http, over which browsers notify nobody. Ask for the gateway’s https address (docs/offline.md tells how it gets one), and open Keepsite there.',
  homeScreen:
    'On an iPhone or iPad this works from the home screen only (iOS 16.4 or newer): in Safari tap Share, then “Add to Home Screen”, open Keepsite from there and come back to this page.',
  unsupported:
    'This browser cannot be notified. Open Keepsite in Chrome, Edge, Firefox or Safari itself, not within a chat app and not in a private window.',
  certificate:
    'This phone does not trust the gateway’s certificate, so the browser keeps nothing of Keepsite and cannot be notified. The certificate has to be installed on it first (docs/offline.md).',
  blocked:
    'Notifications of this site are blocked on this phone. Allow them in the settings of the browser (the icon beside the address, then Notifications) and of the phone, then open this page again.',
};

const failure: Record<PhoneFailure, string> = {
  dismissed: 'The question was closed without an answer. Press again and choose “Allow”.',
  blocked: barrier.blocked,
  worker: 'The browser has not finished setting Keepsite up. Load the page again, then press once more.',
  service:
    'The browser’s push service does not answer. Where Google’s cannot be reached, Chrome has none: try Edge, Firefox or Safari, and keep the other ways by which you are reached.',
};

/** On which phones somebody is paged. */
export const phoneEn = {
  phone: {
    title: 'Notify this phone',
    lead: 'Calls to you then come up on this phone as well, also when Keepsite is closed. It needs the internet on the gateway and on the phone: it goes along with your other ways and replaces none.',
    hint: 'Calls do not come up on this phone yet.',
    later: 'Not now',
    add: 'Notify this phone',
    adding: 'Waiting for the browser…',
    here: 'this one',
    none: 'No phone is notified yet.',
    nobody:
      'Your account belongs to nobody in the registry, so nobody is called on this phone. An admin can change that under Accounts.',
    test: 'Test',
    testOf: (name: string): string => `Send a test to ${name}`,
    remove: 'Remove',
    removeOf: (name: string): string => `Notify ${name} no more`,
    never: 'Nothing was sent there yet.',
    accepted: (ago: string): string => `Its push service last took a call ${ago}.`,
    said: (reason: string): string => `Last answer: ${reason}`,
    state: {
      stale: 'Its key is out of date: open Keepsite on it once.',
      gone: 'Its push service has ended this: it gets no calls. Press the button on that phone again.',
    },
    tested: {
      accepted:
        'The push service has taken the test. If nothing comes up, allow notifications and sounds in the phone’s own settings.',
      retry: 'The push service did not take it now. A call would be tried again and go over your other ways.',
      failed: 'It did not work; calls do not reach this phone.',
    },
    barrier,
    failure,
  },
};
