import type {
  Account,
  AccountBody,
  AccountChange,
  AccountSession,
  Action,
  AddedAccount,
  AuditEntry,
  CodeBody,
  OneTimeCode,
  PasswordBody,
  ScreenBody,
  SessionState,
  SetupBody,
  SignInBody,
  WhoAmI,
} from '@keepsite/edge-contract';
import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { deleteJson, getJson, patchJson, postJson, putJson, signedOut } from './http.ts';
import { setSender } from './outbox.ts';
import { keys, useWhoAmI, type Page } from './queries.ts';
import { forgetSeen } from './seen.ts';
import { useValue } from './value.ts';

const AUDIT_AT_A_TIME = 30;

/** Whether the caller may do something here. False until it is known who asks; a server without roles withholds nothing. */
export function useMay(): (action: Action) => boolean {
  const { data: who } = useWhoAmI();
  return (action) => who !== undefined && (who.user.may?.includes(action) ?? true);
}

/** Whoever is of a crew and nothing else: on a phone, at night, for what is open. */
export function useIsCrew(): boolean {
  const { data: who } = useWhoAmI();
  return who !== undefined && who.user.roles.length > 0 && who.user.roles.every((role) => role === 'crew');
}

/** The account that is signed in; null in the demo and for a token, undefined until it is known. */
export function useAccount(): WhoAmI['user'] | null | undefined {
  const { data: who } = useWhoAmI();
  return who && (who.user.account ? who.user : null);
}

/** True when a server that asks for it knows nobody here. */
export function useSignedOut(): boolean {
  return useValue(signedOut);
}

/** Ties orders to whoever gave them, so that one person's are never sent in another's name. */
export function useSender(): void {
  const { data: who } = useWhoAmI();
  const isOut = useSignedOut();
  useEffect(() => setSender(isOut || !who ? undefined : (who.user.account ?? null)), [who, isOut]);
}

/**
 * What the page of somebody who is not signed in may know. Asked anew each time that it is shown, and
 * when the tab comes back: who has signed in in another tab is in here as well.
 */
export function useSessionState(): UseQueryResult<SessionState> {
  const queries = useQueryClient();
  const state = useQuery({
    queryKey: keys.session,
    queryFn: () => getJson<SessionState>('/api/session'),
    staleTime: 0,
    gcTime: 0,
    retry: 1,
  });
  const isIn = state.data?.signedIn === true;
  useEffect(() => {
    if (isIn) void comeIn(queries).catch(() => undefined);
  }, [isIn, queries]);
  return state;
}

export function useSignIn(): UseMutationResult<SessionState, Error, SignInBody> {
  return useEnter((body) => postJson<SessionState>('/api/session', body));
}

export function useRedeem(): UseMutationResult<SessionState, Error, CodeBody> {
  return useEnter((body) => postJson<SessionState>('/api/session/code', body));
}

export function useSetUp(): UseMutationResult<SessionState, Error, SetupBody> {
  return useEnter((body) => postJson<SessionState>('/api/setup', body));
}

/** A screen on a wall shows its token. */
export function useScreen(): UseMutationResult<SessionState, Error, ScreenBody> {
  return useEnter((body) => postJson<SessionState>('/api/session/screen', body));
}

function useEnter<B>(enter: (body: B) => Promise<SessionState>): UseMutationResult<SessionState, Error, B> {
  const queries = useQueryClient();
  return useMutation({ mutationFn: enter, onSuccess: () => comeIn(queries) });
}

/** The same person goes on where the page stands; for another one nothing of the page before is left. */
async function comeIn(queries: QueryClient): Promise<void> {
  const before = queries.getQueryData<WhoAmI>(keys.whoami);
  const now = await getJson<WhoAmI>('/api/whoami');
  if (before && before.user.account !== now.user.account) return location.reload();
  queries.setQueryData(keys.whoami, now);
  signedOut.set(false);
  void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.whoami[0] });
}

/** Ends this session; what the server told is forgotten, orders on their way stay for their owner. */
export function useSignOut(): UseMutationResult<SessionState, Error, void> {
  return useMutation({
    mutationFn: () => deleteJson<SessionState>('/api/session'),
    onSuccess: async () => {
      signedOut.set(true);
      await forgetSeen();
      location.assign('/');
    },
  });
}

export function useChangePassword(): UseMutationResult<SessionState, Error, PasswordBody> {
  return useTold((body) => putJson<SessionState>('/api/password', body));
}

export function useSessions(): UseQueryResult<Page<AccountSession>> {
  return useQuery({ queryKey: keys.sessions, queryFn: () => getJson('/api/sessions') });
}

export function useEndSession(): UseMutationResult<unknown, Error, string> {
  return useTold((id) => deleteJson(`/api/sessions/${encodeURIComponent(id)}`));
}

export function useAccounts(): UseQueryResult<Page<Account>> {
  return useQuery({ queryKey: keys.accounts, queryFn: () => getJson('/api/accounts') });
}

export function useAddAccount(): UseMutationResult<AddedAccount, Error, AccountBody> {
  return useTold((body) => postJson<AddedAccount>('/api/accounts', body));
}

export function useChangeAccount(name: string): UseMutationResult<Account, Error, AccountChange> {
  return useTold((change) => patchJson<Account>(pathOf(name), change));
}

export function useResetAccount(name: string): UseMutationResult<OneTimeCode, Error, void> {
  return useTold(() => postJson<OneTimeCode>(`${pathOf(name)}/code`, {}));
}

export function useEndSessionsOf(name: string): UseMutationResult<unknown, Error, void> {
  return useTold(() => deleteJson(`${pathOf(name)}/sessions`));
}

/** The audit, newest first, page by page. */
export function useAudit() {
  return useInfiniteQuery({
    queryKey: [...keys.accounts, 'audit'],
    initialPageParam: null as string | number | null,
    queryFn: ({ pageParam }) =>
      getJson<Page<AuditEntry>>(
        `/api/audit?limit=${AUDIT_AT_A_TIME}${pageParam === null ? '' : `&before=${encodeURIComponent(pageParam)}`}`,
      ),
    getNextPageParam: (page) => page.next,
  });
}

function pathOf(name: string): string {
  return `/api/accounts/${encodeURIComponent(name)}`;
}

/** A change after which accounts and sessions are asked for again, whatever became of it. */
function useTold<T, B>(tell: (body: B) => Promise<T>): UseMutationResult<T, Error, B> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: tell,
    onSettled: () =>
      Promise.all([keys.accounts, keys.sessions].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
