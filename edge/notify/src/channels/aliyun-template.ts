import { z } from 'zod';
import type { OutgoingPage } from '../channel.ts';
import { shareChars } from '../cut.ts';
import { firstLanguage, partsOf } from '../message.ts';
import { spokenParts } from '../voice.ts';

/** A variable of a template may not be longer, nor empty: https://help.aliyun.com/document_detail/44357.html */
export const VARIABLE_CHARS = 35;
/** Calls from shared numbers take no more: https://help.aliyun.com/document_detail/414170.html */
const SHARED_VARIABLES = 2;

const TEXTS = ['what', 'title', 'severity', 'where', 'since', 'left'] as const;
type Text = (typeof TEXTS)[number];
/** What each variable of a template holds. */
type Variables<Part extends string> = Readonly<Record<string, readonly Part[]>>;

export const TemplateCode = z.string().regex(/^(SMS|TTS)_\d+$/, 'must be a template’s code, e.g. SMS_123456');

const VARIABLE_NAME = /^(?!(?:email|mobile|id|nick|site)$)[A-Za-z]\w{0,24}$/;
const NO_NAME =
  'is not the name of a variable: a letter, then letters, digits and underscores, and none of email, mobile, id, nick, site';

function variablesOf<const Part extends string>(parts: readonly Part[]) {
  const one = z.enum(parts, { error: `must be one of ${parts.join(', ')}` });
  const several = z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(one).min(1).max(4));
  return z.record(z.string(), several).superRefine((variables, { addIssue }) => {
    const names = Object.keys(variables);
    if (names.length === 0) addIssue({ code: 'custom', message: 'must hold a variable' });
    for (const name of names)
      if (!VARIABLE_NAME.test(name)) addIssue({ code: 'custom', path: [name], message: NO_NAME });
  });
}

const DEFAULT = { what: 'what', where: 'where', left: 'left' };

/** Variables of a short message; its link, which needs a template of its own, has them apart. */
export const SmsVariables = variablesOf(TEXTS).prefault(DEFAULT);

export const VoiceVariables = variablesOf([...TEXTS, 'how']);
export type VoiceVariables = z.infer<typeof VoiceVariables>;
/** Templates that were approved before shared numbers had a limit have three. */
export const VOICE_DEFAULT: VoiceVariables = { what: ['what'], where: ['where'], left: ['left'] };

export function isWithinShared(variables: VoiceVariables): boolean {
  return Object.keys(variables).length <= SHARED_VARIABLES;
}

/** Links may stand in no variable: the template has the address, and a variable only what comes after it. */
const LinkAddress = z.string().superRefine((address, { addIssue }) => {
  const fault = addressFault(address);
  if (fault !== null) addIssue({ code: 'custom', message: fault });
});

function addressFault(address: string): string | null {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:')
    return 'must be the https address as it stands in the template, e.g. https://keepsite.example/incidents/';
  if (!/\.[a-z][a-z\d-]*$/i.test(url.hostname)) return 'must lead to a domain, which the provider can look up';
  if (/\/[lo]\/$/.test(url.pathname))
    return `personal links are longer than the ${VARIABLE_CHARS} characters that a variable may have; take …/incidents/, where people sign in`;
  if (!address.endsWith('/incidents/') || url.search !== '' || url.hash !== '') return 'must end with /incidents/';
  return null;
}

export const SmsLink = z.strictObject({
  /** Of a template that has `address` in its text, and the variable that holds `code` right behind it. */
  template: TemplateCode,
  address: LinkAddress,
  variables: variablesOf([...TEXTS, 'code'])
    .prefault({ ...DEFAULT, code: 'code' })
    .superRefine((variables, { addIssue }) => {
      const holding = Object.values(variables).filter((parts) => parts.includes('code'));
      if (holding.length !== 1)
        addIssue({ code: 'custom', message: 'exactly one variable must hold code, the end of the link' });
      else if (holding[0]?.length !== 1)
        addIssue({ code: 'custom', message: 'code stands in a variable by itself, right behind the address' });
    }),
});
export type SmsLink = z.infer<typeof SmsLink>;

/** What is to be filled in where; `reason`: why it goes without its link. */
export interface Filled {
  readonly template: string;
  readonly variables: string;
  readonly reason?: string;
}

/** The template with the link where the page has one that it can carry, else the one without. */
export function fillSms(
  page: OutgoingPage,
  { template, variables, link }: { template: string; variables: Variables<Text>; link?: SmsLink | undefined },
): Filled {
  const texts = partsOf(page);
  const plain = { template, variables: written(variables, (part) => texts[part], '-') };
  if (!link || page.test || page.link === null) return plain;
  const code = codeOf(page.link, link.address);
  if (!code.ok) return { ...plain, reason: `sent without its link: ${code.reason}` };
  const { variables: named } = link;
  return {
    template: link.template,
    variables: written(named, (part) => (part === 'code' ? code.code : texts[part]), '-'),
  };
}

export function fillVoice(page: OutgoingPage, template: string, variables: VoiceVariables): Filled {
  const texts = spokenParts(page);
  const empty = firstLanguage(page) === 'zh' ? '无' : 'none';
  return { template, variables: written(variables, (part) => texts[part] ?? '', empty) };
}

type Code = { readonly ok: true; readonly code: string } | { readonly ok: false; readonly reason: string };

function codeOf(link: string, address: string): Code {
  if (!link.startsWith(address))
    return { ok: false, reason: `it leads to ${URL.parse(link)?.origin ?? 'nowhere'}, not to ${address}` };
  const code = link.slice(address.length);
  if (code.length > VARIABLE_CHARS)
    return { ok: false, reason: `its end has ${code.length} characters, and a variable ${VARIABLE_CHARS} at most` };
  // A dot makes an end look like a domain, and what looks like an address is refused.
  return /^[\w-]+$/.test(code)
    ? { ok: true, code }
    : { ok: false, reason: 'its end has signs that a variable may not have' };
}

const BETWEEN = '，';

/** Each variable within its length and never empty; of several parts the longest gives way first. */
function written<Part extends string>(
  variables: Variables<Part>,
  textOf: (part: Part) => string,
  empty: string,
): string {
  const entries = Object.entries(variables).map(([name, parts]) => {
    const texts = parts.map((part) => withoutAddresses(textOf(part)).trim()).filter((text) => text !== '');
    const room = VARIABLE_CHARS - BETWEEN.length * (texts.length - 1);
    return [name, shareChars(texts, room).join(BETWEEN) || empty];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

const DOTTED = /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[a-z\d-]+\.)+[a-z]{2,}\b/gi;

/** Links and IP addresses are refused in a variable, even when an asset is called so. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/\w+:\/\//g, '').replaceAll(DOTTED, (found) => found.replaceAll('.', ' '));
}
