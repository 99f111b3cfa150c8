import { ChannelState, ChannelTestBody, createThrottle, TestVerdict } from '@keepsite/edge-contract';
import { z } from 'zod';
import { auditName } from '../../access/roles.ts';
import { type Api, type HttpParts, listOf } from '../api.ts';
import { assertPatience } from '../secret-links.ts';

const testing = { config: { action: 'channel.test' } } as const;
const Params = z.object({ name: z.string().min(1).max(100) });

/** A message costs money and somebody's sleep; whoever sets a channel up tests it a few times. */
const TESTS = { free: 5, firstMs: 5_000, mostMs: 60_000, forgetMs: 10 * 60_000 };

/** The ways in which people are reached, and a button to test each before it is needed. */
export function channelRoutes(api: Api, { channels, access, clock }: HttpParts): void {
  const tests = createThrottle(TESTS);

  api.get(
    '/api/channels',
    {
      ...testing,
      schema: {
        summary: 'The ways in which people are reached, and whom each reaches',
        response: { 200: listOf(ChannelState) },
      },
    },
    () => ({ items: channels.list(), next: null }),
  );

  api.post(
    '/api/channels/:name/test',
    {
      ...testing,
      schema: {
        summary: 'Send one person a message that is marked as a test; answers the provider’s verdict',
        params: Params,
        body: ChannelTestBody,
        response: { 200: TestVerdict },
      },
    },
    async ({ params: { name }, body: { person }, principal, ip }, reply) => {
      const [key, now] = [`${name}\n${person}`, clock.now()];
      assertPatience(reply, tests.wait(key, now));
      tests.tried(key, now);
      const verdict = await channels.test(name, person);
      if (principal)
        access?.audit.record({
          kind: 'channel_tested',
          by: auditName(principal),
          address: ip,
          detail: { channel: name, person, outcome: verdict.outcome },
        });
      return verdict;
    },
  );
}
