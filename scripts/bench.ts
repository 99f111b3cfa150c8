// `npm run bench -- AREA [--json]`: measures, tells a table, and ends with one JSON line.
import { parseArgs } from 'node:util';
import { machine, type Figures } from '../edge/bench/figures.ts';
import { measureEdge } from '../edge/bench/main.ts';

type Measure = (tell: (line: string) => void) => Promise<Figures>;

const AREAS: Readonly<Record<string, Measure>> = { edge: measureEdge };

const USAGE = `npm run bench -- AREA [--json]

  AREA     ${Object.keys(AREAS).join(', ')}
  --json   nothing but the JSON line
  --help   this text

Exit codes: 0 ok, 2 bad usage, 1 failure.`;

process.exitCode = await bench(process.argv.slice(2));

async function bench(args: string[]): Promise<number> {
  const asked = readArguments(args);
  if (asked === null) return 2;
  if (asked.help) {
    console.log(USAGE);
    return 0;
  }
  const measure = AREAS[asked.area];
  if (!measure) {
    console.error(`there is no area ${asked.area || '""'}\n\n${USAGE}`);
    return 2;
  }
  const figures = await measure((line) => console.error(line));
  if (!asked.json)
    for (const [name, { median, min, max, unit, beside }] of Object.entries(figures))
      console.log(
        `${name.padEnd(30)}${String(median).padStart(9)} ${unit}  (${min} … ${max})  ${beside ?? ''}`.trimEnd(),
      );
  console.log(JSON.stringify({ area: asked.area, machine: machine(), figures }));
  return 0;
}

function readArguments(args: string[]): { area: string; json: boolean; help: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    return { area: positionals[0] ?? '', json: values.json, help: values.help };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return null;
  }
}
