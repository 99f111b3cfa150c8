// `npm run bench -- AREA [PART…] [--json]`: measures, tells a table, and ends with one JSON line.
import { parseArgs } from 'node:util';
import { CLOUD_PARTS, measureCloud } from '../cloud/bench/cloud.ts';
import { measureReading } from '../cloud/bench/reading.ts';
import { measureReports } from '../cloud/bench/reports.ts';
import { measureRetention, RETENTION_PARTS } from '../cloud/bench/retention.ts';
import { ENERGY_PARTS, measureEnergy } from '../edge/bench/energy.ts';
import { machine, type Figures } from '../edge/bench/figures.ts';
import { EDGE_PARTS, measureEdge } from '../edge/bench/main.ts';
import { measureResponse, RESPONSE_PARTS } from '../edge/bench/response.ts';

interface Area {
  readonly parts: readonly string[];
  /** Without parts: all of them. */
  readonly measure: (tell: (line: string) => void, parts?: string[]) => Promise<Figures>;
}

const AREAS: Readonly<Record<string, Area>> = {
  edge: { parts: Object.keys(EDGE_PARTS), measure: measureEdge },
  response: { parts: Object.keys(RESPONSE_PARTS), measure: measureResponse },
  energy: { parts: [...Object.keys(ENERGY_PARTS), 'reports', 'reading'], measure: measureMethodsAndReports },
  cloud: { parts: Object.keys(CLOUD_PARTS), measure: measureCloud },
  retention: { parts: Object.keys(RETENTION_PARTS), measure: measureRetention },
};

const USAGE = `npm run bench -- AREA [PART…] [--json]

  AREA     ${Object.keys(AREAS).join(', ')}
  PART     ${Object.entries(AREAS)
    .map(([area, { parts }]) => `of ${area}: ${parts.join(', ')}`)
    .join('; ')}; default: all of them
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
  const area = AREAS[asked.area];
  if (!area) {
    console.error(`there is no area ${asked.area || '""'}\n\n${USAGE}`);
    return 2;
  }
  const unknown = asked.parts.find((part) => !area.parts.includes(part));
  if (unknown !== undefined) {
    console.error(`${asked.area} has no part ${unknown}\n\n${USAGE}`);
    return 2;
  }
  const tell = (line: string) => console.error(line);
  const figures = await (asked.parts.length > 0 ? area.measure(tell, asked.parts) : area.measure(tell));
  if (!asked.json)
    for (const [name, { median, min, max, unit, beside }] of Object.entries(figures))
      console.log(
        `${name.padEnd(30)}${String(median).padStart(9)} ${unit}  (${min} … ${max})  ${beside ?? ''}`.trimEnd(),
      );
  console.log(JSON.stringify({ area: asked.area, machine: machine(), figures }));
  return 0;
}

function readArguments(args: string[]): { area: string; parts: string[]; json: boolean; help: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    });
    const [area = '', ...parts] = positionals;
    return { area, parts, json: values.json, help: values.help };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    return null;
  }
}

/** The methods, the reports that the cloud makes with them, and what it reads for them. */
async function measureMethodsAndReports(
  tell: (line: string) => void,
  parts: string[] = [...Object.keys(ENERGY_PARTS), 'reports', 'reading'],
): Promise<Figures> {
  const methods = await measureEnergy(
    tell,
    parts.filter((part) => part in ENERGY_PARTS),
  );
  const reports = parts.includes('reports') ? await measureReports(tell) : {};
  return { ...methods, ...reports, ...(parts.includes('reading') ? await measureReading(tell) : {}) };
}
