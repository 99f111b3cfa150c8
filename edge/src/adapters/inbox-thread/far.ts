import { isEdgeError, sentenceOf } from '../../errors.ts';
import type { Inbox, InboxMessage } from '../../ports.ts';
import { type Asked, HeardWriter, type Told } from './wire.ts';

/** The other end of the thread: what a worker's port is to it. */
export interface Line<Said, Heard> {
  postMessage(message: Said, handedOver: ArrayBuffer[]): void;
  on(event: 'message', hear: (message: Heard) => void): unknown;
}

export interface FarEnd {
  readonly inbox: Inbox;
  /** Hears what {@link NearEnd.tell} says. */
  readonly onWord?: (word: unknown) => void;
  /** Nobody can come in any more: the last moment to say something. */
  readonly onStopped?: () => void;
}

const REFUSALS_EVERY_MS = 250;

/**
 * Lets an inbox be used from another thread. What it hears in one turn goes over at once; what it is told is
 * settled is acknowledged here. Answers with a way to say a word to the other end.
 */
export function serveInbox(line: Line<Told, Asked>, { inbox, onWord, onStopped }: FarEnd): (word: unknown) => void {
  const waiting = new Map<number, InboxMessage>();
  const writer = new HeardWriter();
  let next = 0;
  let refused = 0;
  let timer: NodeJS.Timeout | undefined;
  const tell = (told: Told) => line.postMessage(told, []);

  function hear(message: InboxMessage): void {
    if (writer.isEmpty) setImmediate(handOver);
    next = (next + 1) | 0;
    waiting.set(next, message);
    writer.add(next, message);
  }

  function handOver(): void {
    const heard = writer.take();
    line.postMessage(heard, [heard.payloads.buffer as ArrayBuffer, heard.heads.buffer as ArrayBuffer]);
  }

  function settled(numbers: Int32Array): void {
    for (const number of numbers) {
      const message = waiting.get(number);
      waiting.delete(number);
      message?.acknowledge();
    }
  }

  function tellRefusals(): void {
    const counts = [...(inbox.refused ?? [])];
    const sum = counts.reduce((all, [, count]) => all + count, 0);
    if (sum !== refused) tell({ kind: 'refused', counts });
    refused = sum;
  }

  async function start(): Promise<void> {
    try {
      await inbox.start(hear);
      timer = setInterval(tellRefusals, REFUSALS_EVERY_MS);
      tell({ kind: 'started', port: inbox.port, tlsPort: inbox.tlsPort ?? null });
    } catch (error) {
      const code = isEdgeError(error) ? error.code : 'INBOX_UNREACHABLE';
      tell({ kind: 'failed', code, message: sentenceOf(error) });
    }
  }

  async function stop(): Promise<void> {
    clearInterval(timer);
    await inbox.stop();
    tellRefusals();
    onStopped?.();
    tell({ kind: 'stopped' });
  }

  async function carryOut(id: number, work: Promise<void> | undefined): Promise<void> {
    const error = await Promise.resolve(work).then(
      () => null,
      (thrown: unknown) => sentenceOf(thrown),
    );
    tell({ kind: 'done', id, error });
  }

  line.on('message', (asked) => {
    if (asked.kind === 'settled') settled(asked.numbers);
    else if (asked.kind === 'publish')
      void carryOut(asked.id, inbox.publish(asked.topic, asked.payload, { retain: asked.retain }));
    else if (asked.kind === 'expel') void carryOut(asked.id, inbox.expel?.(asked.credential));
    else if (asked.kind === 'tell') onWord?.(asked.word);
    else if (asked.kind === 'start') void start();
    else void stop();
  });
  return (word) => tell({ kind: 'word', word });
}
