/** What the gateway sends with a push (`edge/notify/src/channels/web-push.ts`). */
interface Note {
  readonly title: string;
  readonly body: string;
  readonly link: string | null;
  readonly incident: string;
  readonly severity: string;
  readonly test: boolean;
}

/** What is shown for a push. Notifications of one `tag` take each other's place. */
export interface Shown {
  readonly title: string;
  readonly options: {
    readonly body: string;
    readonly tag: string;
    /** It sounds and shakes again, although it takes another's place. */
    readonly renotify: boolean;
    /** It stays until somebody does something about it. */
    readonly requireInteraction: boolean;
    readonly vibrate: number[];
    readonly icon: string;
    readonly data: { readonly opens: string };
  };
}

const LONG_SHAKE = [600, 200, 600, 200, 600];
const SHAKE = [200];
/** Browsers demand that every push is shown; this one could not be read. */
const UNREAD: Note = {
  title: 'Keepsite',
  body: '有新的呼叫，请打开查看 · A call: open Keepsite to see it',
  link: null,
  incident: '',
  severity: 'critical',
  test: false,
};

/** One notification for an incident, however often it calls; the newest text, with its mark of a possible duplicate, stays. */
export function shownOf(text: string | null): Shown {
  const note = noteOf(text);
  const isUrgent = note.severity === 'critical' && !note.test;
  return {
    title: note.title,
    options: {
      body: note.body,
      tag: note.test ? 'test' : note.incident || 'keepsite',
      renotify: true,
      requireInteraction: isUrgent,
      vibrate: isUrgent ? LONG_SHAKE : SHAKE,
      icon: '/icon-192.png',
      data: { opens: opensOf(note) },
    },
  };
}

function noteOf(text: string | null): Note {
  try {
    const { title, body, link, incident, severity, test } = JSON.parse(text ?? '') as Partial<Note>;
    if (typeof title !== 'string' || typeof incident !== 'string') return UNREAD;
    return {
      title,
      body: typeof body === 'string' ? body : '',
      link: typeof link === 'string' && /^https?:/.test(link) ? link : null,
      incident,
      severity: typeof severity === 'string' ? severity : UNREAD.severity,
      test: test === true,
    };
  } catch {
    return UNREAD;
  }
}

/** The page of that one incident for that one person; else the incident, to whoever is signed in. */
function opensOf({ link, incident, test }: Note): string {
  if (test) return '/account';
  if (link !== null) return link;
  return incident === '' ? '/' : `/incidents/${encodeURIComponent(incident)}`;
}

/** The windows of this app, as far as they are needed here. */
export interface Windows {
  matchAll(options: {
    type: 'window';
    includeUncontrolled: boolean;
  }): Promise<readonly { readonly url: string; focus(): Promise<unknown> }[]>;
  openWindow(url: string): Promise<unknown>;
}

/** A tap: the page that shows it already comes forward, else another is opened; nobody's typing is navigated away. */
export async function openFrom(data: unknown, windows: Windows, root: string): Promise<void> {
  const opens = (data as { opens?: unknown } | null)?.opens;
  const url = new URL(typeof opens === 'string' ? opens : '/', root);
  const open = await windows.matchAll({ type: 'window', includeUncontrolled: true });
  const there = open.find(
    (one) => new URL(one.url).pathname === url.pathname && new URL(one.url).origin === url.origin,
  );
  await (there ? there.focus() : windows.openWindow(url.href));
}

/** A subscription of this browser, and what makes one. */
interface Subscription {
  readonly endpoint: string;
  readonly options: { readonly applicationServerKey: ArrayBuffer | null };
  toJSON(): { readonly endpoint?: string; readonly keys?: Record<string, string> };
}

/** What the browser says of the change, null where it says nothing, and what it is mended with. */
export interface Renewal {
  readonly before: Subscription | null;
  readonly after: Subscription | null;
  readonly subscribe: (key: ArrayBuffer) => Promise<Subscription>;
  readonly fetch: (path: string, init: RequestInit) => Promise<unknown>;
}

/**
 * The browser has changed its subscription by itself, perhaps while no page was open: the gateway is
 * told. What fails here is mended when the app is opened next (`api/phone.ts`).
 */
export async function renew({ before, after, subscribe, fetch }: Renewal): Promise<void> {
  const key = before?.options.applicationServerKey ?? null;
  const next = after ?? (key && (await subscribe(key)));
  if (!next) return;
  const { endpoint, keys } = next.toJSON();
  await fetch('/api/push/phones', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      subscription: { endpoint, keys },
      renew: true,
      ...(before && { replaces: before.endpoint }),
    }),
  });
}
