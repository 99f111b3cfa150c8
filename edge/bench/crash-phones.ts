import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import mqtt from 'mqtt';

/** A page as it reached a person's phone. */
export interface HeardPage {
  readonly page: string;
  readonly person: string;
  readonly possibleDuplicate: boolean;
}

/** The crew's phones: one is rung over HTTP and outlives the gateway, one listens on its broker. */
export interface Phones {
  readonly url: string;
  readonly heard: readonly HeardPage[];
  /** Lets the next page over HTTP ring and go without an answer; resolves when it rings. */
  nextUnanswered(): Promise<void>;
  /** From here on every page is answered. */
  answerAll(): void;
  /** Listens on a broker; resolves to a way to hang up. */
  listen(port: number): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Starts the phone that is rung over HTTP, on a free port. */
export async function startPhones(): Promise<Phones> {
  const heard: HeardPage[] = [];
  let waiting: (() => void) | null = null;
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      heard.push(pageOf(body));
      if (!waiting) return response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
      waiting();
      waiting = null;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pages`,
    heard,
    nextUnanswered: () => new Promise((resolve) => (waiting = resolve)),
    answerAll() {
      waiting = null;
    },
    async listen(port) {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
      client.on('error', () => undefined);
      client.on('message', (_, payload) => heard.push(pageOf(payload.toString())));
      await client.subscribeAsync('keepsite/bench/pages/+', { qos: 1 });
      return () => client.endAsync(true);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function pageOf(text: string): HeardPage {
  const { page, to, possibleDuplicate } = JSON.parse(text) as HeardPage & { readonly to: { readonly person: string } };
  return { page, person: to.person, possibleDuplicate };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
}
