import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { MAX_ATTEMPTS } from './channel.ts';
import { signBody, verifySignature } from './signature.ts';
import { exampleDeps, examplePage } from './testing.ts';
import { webhook } from './webhook.ts';

interface Heard {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}
interface Reply {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A receiver on this machine that answers as told; `null` never answers. */
async function receiver(reply: Reply | null): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      heard.push({ body, headers: request.headers });
      if (reply) response.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? '');
    });
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard };
}

async function sendTo(reply: Reply | null, over: Parameters<typeof exampleDeps>[0] = {}, attempt = 1) {
  const { url, heard } = await receiver(reply);
  const delivery = await webhook.send(examplePage({ attempt }, url), exampleDeps({ fetch, ...over }));
  return { delivery, heard };
}

describe('a webhook', () => {
  test.each([
    ['an empty body', ''],
    ['plain text', 'ok'],
    ['errcode 0', '{"errcode":0,"errmsg":"ok"}'],
    ['code 0', '{"code":0,"msg":"success"}'],
    ['ok true', '{"ok":true}'],
    ['a body without a verdict', '{"id":"17"}'],
  ])('is accepted for a 200 with %s', async (_, body) => {
    const { delivery } = await sendTo({ body });
    expect(delivery).toMatchObject({ outcome: 'accepted' });
  });

  test.each([
    ['{"errcode":310000,"errmsg":"sign not match"}'],
    ['{"errcode":"45009"}'],
    ['{"code":9499,"msg":"too many request"}'],
    ['{"StatusCode":19021}'],
    ['{"ok":false,"description":"chat not found"}'],
    ['{"success":false}'],
    ['{"error":"nobody here"}'],
    ['{"status":"error"}'],
  ])('is not accepted when a 200 says no: %s', async (body) => {
    const { delivery } = await sendTo({ body });
    expect(delivery).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('said no') });
  });

  test('a redirect is not followed: it would carry the signed page to a place that nobody allowed', async () => {
    const { delivery, heard } = await sendTo({ status: 307, headers: { location: '/elsewhere' } });
    expect(delivery).toMatchObject({ outcome: 'failed' });
    expect(heard).toHaveLength(1);
  });

  test('a refusal that will not change fails at once, a busy receiver is asked again', async () => {
    expect((await sendTo({ status: 404 })).delivery).toMatchObject({ outcome: 'failed' });
    expect((await sendTo({ status: 503 })).delivery).toMatchObject({ outcome: 'retry', afterMs: 1_000 });
  });

  test('waits as long as a 429 asks, in seconds or until a date', async () => {
    const throttled = (wait: string) => sendTo({ status: 429, headers: { 'retry-after': wait } });
    expect((await throttled('7')).delivery).toMatchObject({ outcome: 'retry', afterMs: 7_000 });
    const date = new Date(1_767_225_600_000 + 20_000).toUTCString();
    expect((await throttled(date)).delivery).toMatchObject({ outcome: 'retry', afterMs: 20_000 });
    expect((await throttled('99999')).delivery).toMatchObject({ outcome: 'retry', afterMs: 120_000 });
  });

  test('no answer in time may have arrived; a refused connection has not', async () => {
    const { delivery, heard } = await sendTo(null, { timeoutMs: 200 });
    expect(heard).toHaveLength(1);
    expect(delivery).toMatchObject({ outcome: 'retry', mayHaveArrived: true });

    const { url } = await receiver({});
    await new Promise((closed) => server?.close(closed));
    const refused = await webhook.send(examplePage({}, url), exampleDeps({ fetch }));
    expect(refused).toMatchObject({ outcome: 'retry' });
    expect(refused).not.toHaveProperty('mayHaveArrived');
  });

  test('is given up after the last attempt', async () => {
    expect((await sendTo({ status: 500 }, {}, MAX_ATTEMPTS)).delivery).toMatchObject({ outcome: 'failed' });
  });

  test('is signed over time and body, and every attempt carries the same idempotency key', async () => {
    const { heard } = await sendTo({}, { webhook: { url: null, secret: 'a-secret-for-testing' } });
    const [request] = heard;
    const header = String(request?.headers['x-keepsite-signature']);
    expect(request?.headers['idempotency-key']).toBe('inc-1:0:li:webhook');
    expect(verifySignature('a-secret-for-testing', header, request?.body ?? '', 1_767_225_600_000)).toBe(true);
    expect(verifySignature('a-secret-for-testing', header, `${request?.body} `, 1_767_225_600_000)).toBe(false);
    expect(verifySignature('a-secret-for-testing', header, request?.body ?? '', 1_767_225_600_000 + 300_001)).toBe(
      false,
    );
  });

  test('the signature is HMAC-SHA-256 of "<ms>.<body>", as computed with another program', () => {
    expect(signBody('a-secret-for-testing', 1_767_225_600_000, '{"page":"p1"}')).toBe(
      't=1767225600000,v1=a0fe3c9eabe14dbcc2d5cb00d0e7acf4acb1349f331818ce25d3e3f99ec72811',
    );
  });

  test('a URL that is not allowed is never asked', async () => {
    const { delivery, heard } = await sendTo(
      {},
      {
        assertAllowedUrl: () => {
          throw new Error('this address is inside');
        },
      },
    );
    expect(delivery).toEqual({ outcome: 'failed', reason: 'this address is inside' });
    expect(heard).toHaveLength(0);
  });

  test('an address that is no URL goes to the configured receiver, or fails when there is none', async () => {
    const { url, heard } = await receiver({});
    const deps = exampleDeps({ fetch, webhook: { url, secret: null } });
    expect(await webhook.send(examplePage({}, 'li'), deps)).toMatchObject({ outcome: 'accepted' });
    expect(JSON.parse(heard[0]?.body ?? '')).toMatchObject({
      to: { person: 'li', address: 'li' },
      page: 'inc-1:0:li:webhook',
    });
    expect(await webhook.send(examplePage({}, 'li'), exampleDeps({ fetch }))).toMatchObject({ outcome: 'failed' });
  });
});
