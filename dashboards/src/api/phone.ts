import type { Phone, PhoneBody, TestVerdict, PushState } from '@keepsite/edge-contract';
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { browserName } from '../ui/browser-name.ts';
import { useIsEdge } from './adoption.ts';
import { ApiError, deleteJson, getJson, postJson } from './http.ts';
import { barrierOf, type Barrier } from './phone-barrier.ts';
import { keys, useWhoAmI } from './queries.ts';
import { shellState } from './shell.ts';
import { createValue, useValue } from './value.ts';

const KEPT = 'keepsite-phone';
/** The worker comes with the first visit; a browser that has none by then gets none. */
const WORKER_WITHIN_MS = 15_000;

/** That somebody is paged on this phone, as this browser remembers it. */
interface Mark {
  readonly person: string;
  readonly id: string;
}

const mark = createValue<Mark | null>(keptMark());

/** Why it did not work, in a word that the dictionaries have: nobody answered the question, or the push service did not answer. */
export type PhoneFailure = 'dismissed' | 'blocked' | 'worker' | 'service';

/** A step of the browser’s own that did not work; `cause`: what the browser said, if anything. */
export class PhoneError extends Error {
  override readonly name = 'PhoneError';
  readonly why: PhoneFailure;

  constructor(why: PhoneFailure, cause?: unknown) {
    super(why, { cause });
    this.why = why;
  }
}

/** Whose phones these are: the account’s own person, or who was chosen where nobody signs in. */
export interface Owner {
  readonly person: string;
  readonly isNamed: boolean;
}

/** What stands in the way on this browser; null: nothing. */
export function useBarrier(): Barrier | null {
  const shell = useValue(shellState);
  return barrierOf({
    isSecure: isSecureContext,
    hasPush: 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis,
    isRefused: shell === 'refused',
    permission: 'Notification' in globalThis ? Notification.permission : 'default',
    agent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
    isInstalled: matchMedia('(display-mode: standalone)').matches,
  });
}

/** The owner’s phones, and the key that a browser subscribes with. */
export function usePhones(owner: Owner | null): UseQueryResult<PushState> {
  return useQuery({ queryKey: [...keys.phones, owner?.person], queryFn: () => getJson<PushState>(pathOf('', owner)) });
}

/** The id under which the gateway knows this browser for that person; null: nobody pressed the button here. */
export function useThisPhone(person: string | null): string | null {
  const here = useValue(mark);
  return here !== null && here.person === person ? here.id : null;
}

/** Asks for permission and has this browser paged. Fails with a PhoneError, or with what the gateway says. */
export function useAddPhone(owner: Owner | null): UseMutationResult<Phone, Error, void> {
  return useTold(() => (owner === null ? Promise.reject(new PhoneError('service')) : addThisPhone(owner)));
}

/** Takes a phone off the list, by its id; this browser forgets its subscription too when it is its own. */
export function useRemovePhone(owner: Owner | null): UseMutationResult<Phone, Error, string> {
  return useTold(async (id) => {
    const removed = await deleteJson<Phone>(pathOf(`/phones/${encodeURIComponent(id)}`, owner));
    if (mark.get()?.id === id) await forgetThisPhone();
    return removed;
  });
}

/** Pages one phone, by its id, with a test; tells what its push service said. */
export function useTestPhone(owner: Owner | null): UseMutationResult<TestVerdict, Error, string> {
  return useTold((id) => postJson<TestVerdict>(pathOf(`/phones/${encodeURIComponent(id)}/test`, owner), {}));
}

/** Whoever pressed the button here stays reached: what the browser or the gateway has changed meanwhile is mended. */
export function useKeptPhone(): void {
  const { data: who } = useWhoAmI();
  const isEdge = useIsEdge() === true;
  const person = who?.user.responder ?? null;
  const queries = useQueryClient();
  useEffect(() => {
    const here = mark.get();
    if (!isEdge || person === null || here?.person !== person) return;
    void keepThisPhone(here).then(
      () => queries.invalidateQueries({ queryKey: keys.phones }),
      // It is tried again with the next visit; the page about phones tells what is wrong.
      () => undefined,
    );
  }, [isEdge, person, queries]);
}

async function addThisPhone(owner: Owner): Promise<Phone> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') throw new PhoneError(permission === 'denied' ? 'blocked' : 'dismissed');
  const { publicKey } = await getJson<PushState>(pathOf('', owner));
  const { pushManager } = await workerOf();
  const former = await pushManager.getSubscription();
  if (former === null || !isOf(former, publicKey)) return anew(owner, pushManager, publicKey, false);
  return tellGateway(owner, former, {}).catch((error: unknown) => {
    if (refusalOf(error) !== 'gone') throw error;
    return anew(owner, pushManager, publicKey, false);
  });
}

/** Once a visit: is this browser still what the gateway pages? */
async function keepThisPhone(here: Mark): Promise<void> {
  if (Notification.permission !== 'granted') return;
  const owner = { person: here.person, isNamed: false };
  const { publicKey, phones } = await getJson<PushState>(pathOf('', owner));
  const { pushManager } = await workerOf();
  const former = await pushManager.getSubscription();
  const known = phones.find(({ id }) => id === here.id);
  // Neither side remembers it: whoever took it off the list elsewhere does not find it there again.
  if (former === null && known === undefined) return forgetThisPhone();
  const isFit = former !== null && isOf(former, publicKey) && known?.state !== 'gone';
  if (isFit && known?.state === 'on') return;
  const telling = isFit ? tellGateway(owner, former, { renew: true }) : anew(owner, pushManager, publicKey, true);
  await telling.catch(async (error: unknown) => {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    await (refusal === 'gone' ? anew(owner, pushManager, publicKey, true) : forgetThisPhone());
  });
}

/** Why the gateway does not take a phone: its push service has ended the subscription, or something else; null: that is not it. */
function refusalOf(error: unknown): 'gone' | 'other' | null {
  if (!(error instanceof ApiError) || error.code !== 'PHONE_REFUSED') return null;
  return Array.isArray(error.details) && error.details.includes('gone') ? 'gone' : 'other';
}

/** Another subscription in the place of one that nobody can reach. */
async function anew(owner: Owner, pushManager: PushManager, publicKey: string, renew: boolean): Promise<Phone> {
  const former = await pushManager.getSubscription();
  await former?.unsubscribe();
  const subscription = await subscribe(pushManager, publicKey);
  return tellGateway(owner, subscription, { renew, ...(former && { replaces: former.endpoint }) });
}

async function tellGateway(
  { person, isNamed }: Owner,
  subscription: PushSubscription,
  more: Pick<Partial<PhoneBody>, 'renew' | 'replaces'>,
): Promise<Phone> {
  const { endpoint, keys: its } = subscription.toJSON();
  const phone = await postJson<Phone>('/api/push/phones', {
    subscription: { endpoint, keys: { p256dh: its?.['p256dh'], auth: its?.['auth'] } },
    name: browserName(navigator.userAgent),
    ...(isNamed && { responder: person }),
    ...more,
  });
  keepMark({ person, id: phone.id });
  return phone;
}

async function forgetThisPhone(): Promise<void> {
  keepMark(null);
  const worker = await navigator.serviceWorker.getRegistration();
  const subscription = await worker?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

async function subscribe(pushManager: PushManager, publicKey: string): Promise<PushSubscription> {
  try {
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  } catch (error) {
    const isNo = error instanceof DOMException && error.name === 'NotAllowedError';
    throw new PhoneError(isNo ? 'blocked' : 'service', error);
  }
}

async function workerOf(): Promise<ServiceWorkerRegistration> {
  const late = new Promise<never>((_, reject) => {
    AbortSignal.timeout(WORKER_WITHIN_MS).addEventListener('abort', () => reject(new PhoneError('worker')));
  });
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** Whether a subscription was made with the gateway’s key of today. */
function isOf({ options }: PushSubscription, publicKey: string): boolean {
  const made = options.applicationServerKey;
  if (made === null) return false;
  const wanted = atob(publicKey.replaceAll('-', '+').replaceAll('_', '/'));
  return (
    [...new Uint8Array(made)].every((byte, at) => byte === wanted.charCodeAt(at)) && made.byteLength === wanted.length
  );
}

function pathOf(rest: string, owner: Owner | null): string {
  return `/api/push${rest}${owner?.isNamed ? `?responder=${encodeURIComponent(owner.person)}` : ''}`;
}

function keptMark(): Mark | null {
  const [person, id] = (localStorage.getItem(KEPT) ?? '').split('\n');
  return person && id ? { person, id } : null;
}

function keepMark(next: Mark | null): void {
  if (next === null) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, `${next.person}\n${next.id}`);
  mark.set(next);
}

function useTold<T, B>(tell: (body: B) => Promise<T>): UseMutationResult<T, Error, B> {
  const queries = useQueryClient();
  return useMutation({ mutationFn: tell, onSettled: () => queries.invalidateQueries({ queryKey: keys.phones }) });
}
