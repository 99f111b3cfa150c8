import { FAULTS } from '@keepsite/edge-contract';
import { z } from 'zod';

const Path = z
  .string()
  .min(1)
  .max(200)
  .describe('Where the value is: `level`, `data.items[0].v`, `["a key.with dots"]`, or `$` for the whole payload.');
const Scalar = z.union([z.string().max(200), z.number(), z.boolean(), z.null()]);
const Scalars = z.union([Scalar, z.array(Scalar).max(50)]);
const FaultWord = z.enum(FAULTS);

const ReadingRule = z
  .strictObject({
    path: Path,
    metric: z
      .string()
      .regex(/^[A-Za-z][\w.:/-]{0,79}$/, 'a metric is a word such as water_level_m')
      .describe('A metric of Keepsite, or the vendor’s own name (numbers and booleans only).'),
    unit: z
      .string()
      .max(20)
      .optional()
      .describe('The device’s unit, turned into the metric’s: `cm` for `water_level_m`.'),
    scale: z.number().optional().describe('Multiplies the number, before the unit is turned.'),
    offset: z.number().optional().describe('Is added after `scale`.'),
    part: z
      .string()
      .max(40)
      .optional()
      .describe('`a`, `b`, `c`, `total`, `ch1` …; may hold a capture of the topic: `ch{n}`.'),
    words: z
      .record(z.string(), z.union([z.boolean(), z.number(), z.string()]))
      .optional()
      .describe('What the device’s words mean: `{wet: true, dry: false}`.'),
    bad: Scalars.optional().describe('Values that mean that the device could not measure: `[-999, 65535]`.'),
  })
  .describe('One value of the message.');

const FaultRule = z
  .strictObject({
    path: Path,
    fault: FaultWord.optional().describe('The fault, if the path tells of one only.'),
    raised: Scalars.optional().describe('Values that raise it; without it true, 1, on and yes do.'),
    cleared: Scalars.optional().describe('Values that clear it (with `codes`: that clear all).'),
    code: Path.optional().describe('Where the vendor’s code is, if it is to be kept.'),
    codes: z
      .record(z.string(), FaultWord)
      .optional()
      .describe('The vendor’s codes, one at the path or a list of those that stand now: `{3: leak}`.'),
  })
  .describe('One statement of a fault.');

const Availability = z
  .strictObject({
    topic: z.string().max(500).optional().describe('Its own topic; without it the message itself tells.'),
    path: Path.optional().describe('Without it the whole payload is the word.'),
    online: Scalars,
    offline: Scalars,
  })
  .describe('How the device says that it is connected.');

/** A mapping file: how an installer describes a device that Keepsite has no dialect for. */
export const Mapping = z
  .strictObject({
    family: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{1,39}$/, 'a family is 2 to 40 small letters, digits and hyphens')
      .describe('What this kind of device is called in lists.'),
    topic: z
      .union([z.string().min(1).max(500), z.array(z.string().min(1).max(500)).min(1).max(20)])
      .describe('`plant/{site}/{device}/data`; `+` is any level, a last `#` any rest.'),
    payload: z.enum(['json', 'text']).default('json').describe('`text`: the payload is one bare value, at path `$`.'),
    when: z.strictObject({ path: Path, is: Scalars }).optional().describe('Only messages where this holds.'),
    device: z
      .union([z.string().min(1).max(200), z.strictObject({ path: Path })])
      .default('{device}')
      .describe('The device’s id: a text with captures of the topic, or a path into the payload.'),
    each: Path.optional().describe('A list in the payload; all other paths then start at each of its entries.'),
    time: z
      .strictObject({
        path: Path,
        format: z
          .string()
          .max(40)
          .default('iso')
          .describe(
            '`iso`, `seconds`, `milliseconds`, `microseconds`, `nanoseconds`, or a pattern: `dd/MM/yyyy HH:mm:ss`.',
          ),
        zone: z.string().max(60).optional().describe('IANA zone of a local time, if not the site’s.'),
      })
      .optional(),
    expectEverySeconds: z.number().positive().max(604_800).default(300),
    readings: z.array(ReadingRule).max(200).default([]),
    faults: z.array(FaultRule).max(100).default([]),
    availability: Availability.optional(),
  })
  .describe('How a device speaks that Keepsite has no dialect for.');
export type Mapping = z.infer<typeof Mapping>;
export type ReadingRule = Mapping['readings'][number];
export type FaultRule = Mapping['faults'][number];
export type Scalar = z.infer<typeof Scalar>;

/** The JSON Schema that is committed as `mapping.schema.json`, for editors. */
export function mappingJsonSchema(): Record<string, unknown> {
  return { title: 'Keepsite device mapping', ...z.toJSONSchema(Mapping, { io: 'input' }) };
}
