import { STREAM_EVENTS, type StreamEvent } from '@keepsite/edge-contract';

/**
 * One server-sent event, or word of the connection itself (`open`: it is new, ask for everything
 * again; `refused`: the server answered and let nobody listen).
 */
export interface StreamMessage {
  readonly event: StreamEvent | 'open' | 'refused';
  readonly data: unknown;
}

type Listener = (message: StreamMessage) => void;

const NAME = 'keepsite-stream';
/** Silence on an open connection for this long means that it is dead, whatever the browser thinks. */
const SILENCE_MS = 12_000;

/**
 * Follows `/api/events` and hands every message to the listener. All tabs of one browser share one
 * connection where the browser has Web Locks (secure contexts): six HTTP/1.1 connections would
 * otherwise freeze the origin. The tab that holds the lock listens and tells the others; when it
 * closes, the next one takes over. Returns a way to stop.
 */
export function followStream(listener: Listener): () => void {
  if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) return connect(listener);
  const channel = new BroadcastChannel(NAME);
  const stop = new AbortController();
  const memory = new Map<string, StreamMessage>();
  let leading = false;
  const tellOthers = (message: StreamMessage | 'hello'): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin by nature
    channel.postMessage(message);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<StreamMessage | 'hello'>) => {
    if (data !== 'hello') return listener(data);
    if (leading) for (const message of memory.values()) tellOthers(message);
  });
  tellOthers('hello');
  navigator.locks
    .request(NAME, { signal: stop.signal }, () => {
      leading = true;
      return new Promise<void>((release) => {
        const close = connect((message) => {
          remember(memory, message);
          listener(message);
          tellOthers(message);
        });
        stop.signal.addEventListener('abort', () => (close(), release()));
      });
    })
    .catch(() => {});
  return () => (stop.abort(), channel.close());
}

/** A tab that comes later needs what is said seldom: the newest heartbeat of each edge. */
function remember(memory: Map<string, StreamMessage>, message: StreamMessage): void {
  if (message.event === 'heartbeat') memory.set(String((message.data as { edge?: unknown }).edge), message);
  if (message.event === 'quarantine') memory.set('quarantine', message);
}

function connect(listener: Listener): () => void {
  let source: EventSource | null = null;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(reopen, SILENCE_MS);
  };
  const open = (): void => {
    source = new EventSource('/api/events');
    heard();
    source.addEventListener('open', () => (heard(), listener({ event: 'open', data: null })));
    source.addEventListener('error', () => {
      // The browser reconnects by itself unless the server refused; then it is ours to try again.
      if (source?.readyState !== EventSource.CLOSED) return;
      listener({ event: 'refused', data: null });
      retry = setTimeout(reopen, 3_000);
    });
    for (const event of STREAM_EVENTS) {
      source.addEventListener(event, (message: MessageEvent<string>) => {
        heard();
        const data = parse(message.data);
        if (data !== undefined) listener({ event, data });
      });
    }
  };
  const reopen = (): void => {
    clearTimeout(retry);
    source?.close();
    open();
  };
  open();
  return () => (clearTimeout(silence), clearTimeout(retry), source?.close());
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
