import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type CommandAnswer, type CommandList, CommandResults } from '@keepsite/cloud-contract';
import { Batch, type BatchResult, type IncidentEvent, type ReadingBlock, type Registry } from '@keepsite/edge-contract';
import { lastingPort } from '../../../scripts/ports.ts';

const decompress = promisify(gunzip);
const POLL_MS = 20_000;

/** One batch as it came. */
export interface ArrivedBatch {
  /** `performance.now()` of this process. */
  readonly at: number;
  readonly events: readonly IncidentEvent[];
  readonly blocks: readonly ReadingBlock[];
  /** What stands where, if the edge told it too. */
  readonly registry: Registry | undefined;
  /** Records that had come before. */
  readonly duplicates: number;
}

/** A cloud with nothing behind it, which keeps the batch contract: each record once, a verdict for each. */
export interface CloudStandIn {
  readonly url: string;
  /** Everything that was taken, by number. */
  readonly events: ReadonlyMap<number, IncidentEvent>;
  readonly blocks: ReadonlySet<number>;
  /** Told of each batch before it is answered: what of it was new. */
  onBatch: (batch: ArrivedBatch) => void;
  /** Queues a response configuration for the edge; resolves with what the edge said to it. */
  order(configuration: object): Promise<CommandAnswer>;
  /** Takes one more batch, hangs up instead of answering it, and is gone. */
  leave(): Promise<void>;
  /** Is there again, at the same address. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function startCloudStandIn(): Promise<CloudStandIn> {
  const events = new Map<number, IncidentEvent>();
  const blocks = new Set<number>();
  const orders = createOrders();
  let leaving: (() => void) | null = null;
  const port = await lastingPort();
  let server = await listen();

  async function listen(): Promise<Server> {
    const opened = createServer((request, response) => {
      void answer(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
    });
    opened.listen(port, '127.0.0.1');
    await once(opened, 'listening');
    return opened;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://cloud');
    if (url.pathname.endsWith('/commands')) return orders.poll(Number(url.searchParams.get('after')), response);
    const body: unknown = JSON.parse(await bodyOf(request));
    if (!url.pathname.endsWith('/batches')) {
      orders.hear(CommandResults.parse(body));
      return say(response, {});
    }
    const result = take(Batch.parse(body));
    if (!leaving) return say(response, result);
    request.socket.destroy();
    leaving();
  }

  function take(batch: Batch): BatchResult {
    const fresh = {
      events: batch.events.filter(({ seq }) => !events.has(seq)),
      blocks: batch.blocks.filter(({ seq }) => !blocks.has(seq)),
    };
    for (const event of fresh.events) events.set(event.seq, event);
    for (const { seq } of fresh.blocks) blocks.add(seq);
    const records = batch.events.length + batch.blocks.length;
    const duplicates = records - fresh.events.length - fresh.blocks.length;
    standIn.onBatch({ at: performance.now(), ...fresh, registry: batch.registry, duplicates });
    const isNew = new Set<object>([...fresh.events, ...fresh.blocks]);
    const verdict = (kind: 'event' | 'block') => (record: IncidentEvent | ReadingBlock) => ({
      kind,
      seq: record.seq,
      verdict: isNew.has(record) ? ('accepted' as const) : ('duplicate' as const),
      reason: null,
    });
    const results: BatchResult['results'] = [
      ...batch.events.map(verdict('event')),
      ...batch.blocks.map(verdict('block')),
    ];
    if (batch.registry)
      results.push({ kind: 'registry', seq: batch.registry.version, verdict: 'accepted', reason: null });
    return { results };
  }

  async function shut(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  const standIn: CloudStandIn = {
    url: `http://127.0.0.1:${port}`,
    events,
    blocks,
    onBatch: () => undefined,
    order: orders.add,
    async leave() {
      await new Promise<void>((resolve) => (leaving = resolve));
      leaving = null;
      await shut();
    },
    async comeBack() {
      server = await listen();
    },
    close: shut,
  };
  return standIn;
}

/** What is asked of the edge, over a long poll as the cloud keeps it. */
function createOrders() {
  const items: CommandList['items'] = [];
  const answered = new Map<string, (answer: CommandAnswer) => void>();
  let tell: () => void = () => undefined;
  return {
    add(configuration: object): Promise<CommandAnswer> {
      const seq = items.length + 1;
      const commandId = `response-${seq}`;
      const answer = new Promise<CommandAnswer>((resolve) => answered.set(commandId, resolve));
      const receivedAt = new Date().toISOString();
      items.push({ kind: 'response', seq, commandId, configuration: { ...configuration }, receivedAt });
      tell();
      return answer;
    },
    hear({ results }: CommandResults): void {
      for (const result of results) answered.get(result.commandId)?.(result);
    },
    poll(after: number, response: ServerResponse): void {
      tell = () => {
        const fresh = items.filter(({ seq }) => seq > after);
        say(response, { items: fresh, next: fresh.at(-1)?.seq ?? after, now: new Date().toISOString() });
      };
      if (items.some(({ seq }) => seq > after)) return tell();
      const timer = setTimeout(tell, POLL_MS);
      response.once('close', () => clearTimeout(timer));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  return (request.headers['content-encoding'] === 'gzip' ? await decompress(body) : body).toString();
}

function say(response: ServerResponse, content: object): void {
  if (response.writableEnded) return;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}
