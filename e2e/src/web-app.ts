import { buildWebApp } from '../../scripts/web-app.ts';

/** Before any house: its pages are those of the present sources. */
export async function setup(): Promise<void> {
  await buildWebApp();
}
