import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { SimulatorError } from '../errors.ts';

const SeedPlan = z.object({ seed: z.int(), days: z.int().positive(), end: z.iso.date() });
/** Which history was told: `end` is a local day, excluded. */
export type SeedPlan = z.infer<typeof SeedPlan>;

/**
 * The plan kept beside the data, so that a later start tells the same history and not a second one.
 * The first call writes `wanted`; later ones answer with what was written then. Throws SIM_BAD_INPUT
 * when another seed or length is wanted than what was told.
 */
export async function keptPlan(file: string, wanted: SeedPlan): Promise<SeedPlan> {
  const kept = await read(file);
  if (!kept) {
    await write(file, wanted);
    return wanted;
  }
  if (kept.seed === wanted.seed && kept.days === wanted.days) return kept;
  const was = `seed ${kept.seed}, ${kept.days} days`;
  throw new SimulatorError(
    'SIM_BAD_INPUT',
    `${file} says that another history was told (${was}); ask for that one, or start with an empty data directory`,
  );
}

async function read(file: string): Promise<SeedPlan | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return SeedPlan.parse(JSON.parse(text));
  } catch (cause) {
    throw new SimulatorError('SIM_BAD_INPUT', `${file} cannot be read as the plan of a history; move it away`, {
      cause,
    });
  }
}

async function write(file: string, plan: SeedPlan): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(plan)}\n`);
  await rename(`${file}.part`, file);
}
