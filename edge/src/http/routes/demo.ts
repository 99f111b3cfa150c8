import { instantText } from '@keepsite/edge-contract';
import { z } from 'zod';
import type { ScalableClock } from '../../ports.ts';
import type { Api } from '../api.ts';

const ClockState = z.object({ now: z.string(), scale: z.number(), offsetMs: z.number() });

/** The demo's clock; these routes exist in the demo only. */
export function demoRoutes(api: Api, clock: ScalableClock): void {
  const state = () => ({ now: instantText(clock.now()), scale: clock.scale, offsetMs: clock.offsetMs });

  api.get(
    '/api/demo/clock',
    {
      config: { action: 'facility.read' },
      schema: { summary: 'What time the demo has', response: { 200: ClockState } },
    },
    state,
  );

  api.post(
    '/api/demo/clock',
    {
      config: { action: 'clock.set' },
      schema: {
        summary: 'Let the demo run faster',
        body: z.strictObject({ scale: z.number().min(1).max(60) }),
        response: { 200: ClockState },
      },
    },
    (request) => {
      clock.setScale(request.body.scale);
      return state();
    },
  );
}
