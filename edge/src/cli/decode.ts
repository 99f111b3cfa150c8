import { Command, CommanderError } from 'commander';
import { compileMapping, createDecoder, createMemory, type Decoder, type DeviceDialect } from '../devices/index.ts';
import type { DecodeMemory, Message } from '../domain/decoded.ts';
import { printable } from '../domain/printed.ts';
import { instantOf, isZone } from '../domain/time-text.ts';
import { readInput } from './read-input.ts';

/** What the command reads and writes; the process's own in real life, strings in a test. */
export interface DecodeIo {
  readonly read: (file: string) => Uint8Array;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface Flags {
  readonly topic?: string;
  readonly family?: string;
  readonly zone?: string;
  readonly retain?: boolean;
  readonly receivedAt?: string;
  readonly lines?: string;
  readonly mapping?: string[];
}

/** What the installer must put right before anything can be decoded. */
class UsageError extends Error {}

/** Runs `decode` with these arguments; resolves nothing, returns the exit code: 0 ok, 1 failure, 2 bad usage or input. */
export function runDecode(args: readonly string[], io: DecodeIo): number {
  const program = command(io);
  let code = 0;
  program.action((file: string | undefined, flags: Flags) => {
    code = flags.lines === undefined ? decodeOne(file, flags, io) : decodeLines(flags.lines, flags, io);
  });
  try {
    program.parse([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(`decode: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function command(io: DecodeIo): Command {
  return new Command('decode')
    .description('Prints what the edge would ingest from a device message: one JSON object a line.')
    .argument('[file]', 'the payload; "-" or nothing: standard input')
    .option('--topic <topic>', 'the topic that the message came on')
    .option('--family <family>', 'the dialect; without it the dialect is detected')
    .option('--zone <iana>', 'zone of local times without one, such as Asia/Shanghai')
    .option('--retain', 'the broker had kept the message')
    .option('--received-at <instant>', 'when it was received, RFC 3339; without it the age is not judged')
    .option(
      '--lines <file>',
      'many messages, one JSON object a line: {"topic","payload","retain"?,"receivedAt"?}; "-": standard input',
    )
    .option('--mapping <file>', 'a mapping file of a device that has no dialect; may be repeated', collect)
    .addHelpText('after', '\nExit codes: 0 ok, 1 failure, 2 bad usage or input.')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride();
}

function collect(file: string, before: string[] | undefined): string[] {
  return [...(before ?? []), file];
}

function decodeOne(file: string | undefined, flags: Flags, io: DecodeIo): number {
  if (flags.topic === undefined) throw new UsageError('--topic is missing (or give --lines FILE)');
  const decoder = decoderOf(flags, io);
  const message: Message = {
    topic: flags.topic,
    payload: contentOf(file ?? '-', io),
    retain: flags.retain === true,
    receivedAt: receivedAtOf(flags.receivedAt, '--received-at'),
  };
  const printed = decodeMessage(decoder, message, createMemory(), flags.family).map(
    (line) => `${JSON.stringify(line)}\n`,
  );
  io.out(printed.join(''));
  return 0;
}

/** A line that is no message is told on standard error and the others are decoded all the same. */
function decodeLines(file: string, flags: Flags, io: DecodeIo): number {
  const decoder = decoderOf(flags, io);
  const memory = createMemory();
  const printed: string[] = [];
  let wrong = 0;
  const text = new TextDecoder().decode(contentOf(file, io));
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      const lines = decodeMessage(decoder, messageOf(line, flags), memory, flags.family);
      for (const decoded of lines) printed.push(`${JSON.stringify({ ...decoded, message: index + 1 })}\n`);
    } catch (error) {
      wrong += 1;
      io.err(`decode: line ${index + 1}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  io.out(printed.join(''));
  return wrong > 0 ? 2 : 0;
}

function decoderOf(flags: Flags, io: DecodeIo): Decoder {
  const { zone, family } = flags;
  if (zone !== undefined && !isZone(zone)) throw new UsageError(`--zone: "${zone}" is not an IANA zone`);
  const decoder = createDecoder({
    mappings: (flags.mapping ?? []).map((file) => mappingOf(file, io)),
    zoneOf: () => zone,
  });
  if (family !== undefined && !decoder.families.includes(family)) {
    throw new UsageError(`--family: there is no "${family}"; there is ${decoder.families.join(', ')}`);
  }
  return decoder;
}

function mappingOf(file: string, io: DecodeIo): DeviceDialect {
  const compiled = compileMapping(new TextDecoder().decode(contentOf(file, io)), file);
  if (compiled.ok) return compiled.dialect;
  const faults = compiled.errors.map(
    ({ line, column, key, message }) => `${file}:${line}:${column} ${key}: ${message}`,
  );
  throw new UsageError(`the mapping cannot be used\n${faults.join('\n')}`);
}

function contentOf(file: string, io: DecodeIo): Uint8Array {
  try {
    return io.read(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function receivedAtOf(text: unknown, where: string): number | null {
  if (text === undefined || text === null) return null;
  const instant = typeof text === 'string' ? instantOf(text) : null;
  if (instant === null) throw new UsageError(`${where}: ${JSON.stringify(text)} is not an RFC 3339 instant`);
  return instant;
}

function messageOf(line: string, flags: Flags): Message {
  const { topic, payload, retain, receivedAt } = jsonObject(line);
  if (typeof topic !== 'string') throw new UsageError('"topic" is missing');
  return {
    topic,
    payload: payloadOf(payload),
    retain: retain === undefined ? flags.retain === true : retain === true,
    receivedAt: receivedAtOf(receivedAt ?? flags.receivedAt, '"receivedAt"'),
  };
}

function jsonObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UsageError('not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new UsageError('not a JSON object');
  return value as Record<string, unknown>;
}

function payloadOf(payload: unknown): Uint8Array {
  if (typeof payload === 'string') return new TextEncoder().encode(payload);
  const base64 = typeof payload === 'object' && payload !== null ? (payload as { base64?: unknown }).base64 : undefined;
  if (typeof base64 !== 'string') throw new UsageError('"payload" is neither a text nor {"base64": …}');
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

function decodeMessage(decoder: Decoder, message: Message, memory: DecodeMemory, family?: string): object[] {
  return decoder.decode(message, memory, family).lines.map(printable);
}

if (import.meta.main) {
  const io: DecodeIo = {
    read: readInput,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  };
  process.exitCode = runDecode(process.argv.slice(2), io);
}
