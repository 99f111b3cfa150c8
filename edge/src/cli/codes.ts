import type { AssetCode } from '@keepsite/edge-contract';
import type { Command } from 'commander';
import { join, resolve } from 'node:path';
import { createSign } from '../acting/acting-key.ts';
import { assetCode, codeSheet } from '../acting/code-sheet.ts';
import { createCodes } from '../acting/codes.ts';
import { createCodeVersions } from '../adapters/code-versions.ts';
import { writeTextFile } from '../adapters/durable-file.ts';
import { accessKey } from '../adapters/sqlite-access/key.ts';
import { loadConfig } from '../config.ts';
import { readSetup } from '../setup.ts';
import { type CliIo, table } from './table.ts';

/** `codes list|replace`: what stands on assets, so that whoever scans it proves to be there. */
export function addCodeCommands(program: Command, io: CliIo): void {
  const group = program.command('codes').description('codes on assets: who scans one proves to be on site');
  group
    .command('list', { isDefault: true })
    .description('all of them, or a sheet to be printed')
    .option('--sheet <file>', 'write a page with a QR code for each, to be printed and cut')
    .option('--json', 'print JSON')
    .action((options: { sheet?: string; json?: boolean }) => list(options, io));
  group
    .command('replace <asset>')
    .description('a new code: the one of before proves nothing any more, also while the edge runs')
    .action((asset: string) => replace(asset, io));
}

function open() {
  const config = loadConfig();
  const { dataDir, http, linksUrl } = config;
  const { registry } = readSetup(config);
  const { key } = accessKey(join(dataDir, 'edge', 'acting.key'));
  const versions = createCodeVersions(join(dataDir, 'edge', 'codes.json'));
  const codes = createCodes({ sign: createSign(key), versions, registry: () => registry });
  const root = linksUrl ?? http.publicUrl ?? `http://${http.host}:${http.port}`;
  return { codes, shown: (asset: string): AssetCode => assetCode(asset, root, codes, registry), registry };
}

function list({ sheet, json }: { sheet?: string; json?: boolean }, io: CliIo): void {
  const { registry, shown } = open();
  const all = registry.assets.map(({ id }) => shown(id));
  if (sheet !== undefined) {
    writeTextFile(resolve(sheet), codeSheet(all));
    return io.out(`${all.length} codes in ${resolve(sheet)}`);
  }
  if (json) return io.out(JSON.stringify(all, null, 2));
  io.out(all.length === 0 ? 'no asset' : table(all.map(line)));
}

function replace(asset: string, io: CliIo): void {
  const { codes, shown } = open();
  codes.replace(asset);
  io.out(table([line(shown(asset))]));
}

function line({ asset, name, code, version, url }: AssetCode): Record<string, string> {
  return { asset, name: name.en, code, version: String(version), url };
}
