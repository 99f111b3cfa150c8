import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useAccount } from '../api/access.ts';
import { useSpeech } from '../words/language.tsx';

/** Who is signed in, and the way to the account; nothing where nobody signs in. */
export function AccountLink(): ReactNode {
  const { t } = useSpeech();
  const account = useAccount();
  const [role] = account?.roles ?? [];
  if (!account || !role) return null;
  return (
    <Link href="/account" className="account-link" aria-label={t.account.open(account.name, t.role[role])}>
      <b>{account.name}</b>
      <small>{t.role[role]}</small>
    </Link>
  );
}
