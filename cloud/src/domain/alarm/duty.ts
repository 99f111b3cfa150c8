import { Address } from '@keepsite/edge-contract';
import { z } from 'zod';

const Id = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^/+#\s]+$/u, 'may not contain /, +, # or white space');

const Person = z.strictObject({
  id: Id,
  name: z.string().min(1).max(120),
  addresses: z.array(Address.strict()).min(1, 'needs at least one address'),
});
export type DutyPerson = z.infer<typeof Person>;

/** Whoever does not say otherwise is paged again every quarter of an hour. */
export const REPEAT_SECONDS = 900;

const Step = z.strictObject({
  /** From the alarm's first page on. */
  afterSeconds: z.number().min(0).max(86_400),
  page: z.array(Id).min(1, 'needs at least one person'),
  /** Channels to use; absent: every address of the person. */
  channels: z.array(z.string().min(1).max(40)).min(1).optional(),
});

/** Whom the cloud pages when it hears nothing of a site any more: the operator's people, and in which order. */
export const Duty = z.strictObject({
  version: z.literal(1, 'must be 1'),
  /** How bad a blind site is; what people's own rules go by. */
  severity: z.enum(['critical', 'major', 'minor']).prefault('major'),
  people: z.array(Person),
  steps: z
    .array(Step)
    .min(1)
    .max(20)
    .refine(
      (steps) => steps.every(({ afterSeconds }, i) => i === 0 || afterSeconds > (steps[i - 1]?.afterSeconds ?? 0)),
      'must come one after the other: each afterSeconds larger than the one before',
    ),
  /** Behind the last step it is taken again this often until somebody acknowledges. Null: never. */
  repeatEverySeconds: z.number().min(60).nullable().prefault(REPEAT_SECONDS),
});
export type Duty = z.infer<typeof Duty>;

/** What can be wrong with a duty list beyond its shape: names that nobody has. */
export function unknownNames(duty: Duty, channels: ReadonlySet<string>): string[] {
  const people = new Set(duty.people.map(({ id }) => id));
  const named = duty.steps.flatMap(({ page }) => page).filter((id) => !people.has(id));
  const ways = [
    ...duty.people.flatMap(({ addresses }) => addresses.map(({ channel }) => channel)),
    ...duty.steps.flatMap((step) => step.channels ?? []),
  ].filter((name) => !channels.has(name));
  return [
    ...[...new Set(named)].map((id) => `there is no person ${id}`),
    ...[...new Set(ways)].map((name) => `there is no channel named ${name}`),
  ];
}

/** Nobody is on duty: alarms are opened and shown, and page nobody. */
export const NOBODY: Duty = { version: 1, severity: 'major', people: [], steps: [], repeatEverySeconds: null };
