import type { Millis } from '@keepsite/edge-contract';
import type { Prepared } from './adoption/installer.ts';
import { createDecoder } from './devices/index.ts';
import { createDirectory } from './domain/directory.ts';
import { createRuleBook } from './domain/evaluate.ts';
import { EdgeError, sentenceOf } from './errors.ts';
import type { Log } from './events.ts';
import type { Knowledge } from './ports.ts';
import { type Setup, type SetupTexts, understand } from './setup.ts';

/** What an installer has written down, and what the edge made of it. */
export interface Standing {
  readonly setup: Setup;
  readonly knowledge: Knowledge;
}

/** What stands where and who speaks how, as of now. Ask it each time: an adoption replaces all of it. */
export interface Facility {
  readonly current: Standing;
  /** Throws EDGE_CONFIG_INVALID with every fault; `takeEffect` is called with what the edge should know from then on. */
  prepare(texts: SetupTexts, takeEffect: (knowledge: Knowledge) => Promise<void>): Prepared;
  /** Time has leapt: no silence counts from before `at`, as soon as the next texts take effect. */
  listenFrom(at: Millis): void;
}

/** Throws EDGE_CONFIG_INVALID when the texts cannot be used. `startedAt`: no silence counts from before. */
export function createFacility(texts: SetupTexts, startedAt: Millis, log: Pick<Log, 'info'>): Facility {
  let listeningSince = startedAt;
  let current = standing(texts, listeningSince);
  tellSkipped(current, log);
  return {
    get current() {
      return current;
    },
    prepare(next, takeEffect) {
      const prepared = standing(next, listeningSince);
      return {
        setup: prepared.setup,
        async takeEffect() {
          current = prepared;
          tellSkipped(current, log);
          await takeEffect(prepared.knowledge);
        },
      };
    },
    listenFrom(at) {
      listeningSince = at;
    },
  };
}

function standing(texts: SetupTexts, listeningSince: Millis): Standing {
  const setup = understand(texts);
  try {
    return { setup, knowledge: knowledgeOf(setup, listeningSince) };
  } catch (error) {
    const details = [sentenceOf(error)];
    throw new EdgeError('EDGE_CONFIG_INVALID', `The setup cannot be used: ${details[0]}`, { cause: error, details });
  }
}

function knowledgeOf({ registry, rules, mappings }: Setup, listeningSince: Millis): Knowledge {
  const directory = createDirectory(registry);
  const decoder = createDecoder({ mappings, zoneOf: directory.timeZone, familyOf: directory.family });
  const { expectEverySeconds } = decoder;
  return { directory, decoder, ruleBook: createRuleBook(rules, registry, { expectEverySeconds, listeningSince }) };
}

function tellSkipped({ knowledge: { ruleBook } }: Standing, log: Pick<Log, 'info'>): void {
  for (const { rule, reason, assets } of ruleBook.skipped)
    log.info({ rule: `${rule}: ${reason}`, assets: assets.length }, 'rule cannot apply to some assets');
}
