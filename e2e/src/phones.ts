import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page as a webhook of the crew gets it. */
export interface RungPage {
  readonly page: string;
  readonly step: number;
  readonly possibleDuplicate: boolean;
  /** Where its person answers. */
  readonly link: string;
}

/** Stands in for the phones: it outlives every room, so it hears each page that was ever sent. */
export interface Phones {
  readonly url: string;
  readonly rung: readonly RungPage[];
  /** Asked for every page before it is answered; a promise that never resolves leaves the sender waiting. */
  beforeAnswer: (page: RungPage) => Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function startPhones(): Promise<Phones> {
  const rung: RungPage[] = [];
  const phones = { beforeAnswer: (_page: RungPage): Promise<void> => Promise.resolve() };
  const server = createServer((request, response) => {
    void read(request).then(async (page) => {
      rung.push(page);
      await phones.beforeAnswer(page);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(phones, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pages`,
    rung,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

async function read(request: IncomingMessage): Promise<RungPage> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return JSON.parse(body) as RungPage;
}
