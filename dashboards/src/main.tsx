import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { isFinal } from './api/http.ts';
import { startLive } from './api/live.ts';
import { startOutbox } from './api/outbox.ts';
import { followSeen } from './api/seen.ts';
import { keepShell } from './api/shell.ts';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/places.css';
import './styles/forms.css';
import './styles/wall.css';
import './styles/incident.css';
import './styles/pages.css';
import './styles/energy.css';
import './styles/adoption.css';
import './styles/access.css';
import './styles/acting.css';
import './styles/rosters.css';
import './styles/plans.css';
import './styles/after.css';
import './styles/storm.css';
import './styles/spending.css';
import { CodePage } from './pages/code.tsx';
import { AlarmLinkPage } from './pages/alarm-link.tsx';
import { LinkPage } from './pages/link.tsx';
import { OrderLinkPage } from './pages/order-link.tsx';
import { RepairFormPage } from './pages/repair-form.tsx';
import { RepairProgressPage } from './pages/repair-progress.tsx';
import { DirectoryProvider } from './ui/directory.tsx';
import { ensureChineseFont } from './words/chinese-font.ts';
import { LanguageProvider } from './words/language.tsx';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => !isFinal(error) && count < 2,
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Pages of somebody who need not be signed in: they stand alone, and listen to no stream. */
const [, door, key] = /^\/(l|o|a|r|w|repair)\/([^/]+)\/?$/.exec(location.pathname) ?? [];
followSeen(queries);
if (key === undefined) startLive(queries);
void startOutbox();
void ensureChineseFont();
keepShell();

const root = document.querySelector('#root');
if (!root) throw new Error('DASHBOARDS_NO_ROOT: index.html must hold #root');
function page(): ReactNode {
  if (door === 'l' && key !== undefined) return <LinkPage token={key} />;
  if (door === 'o' && key !== undefined) return <OrderLinkPage token={key} />;
  if (door === 'w' && key !== undefined) return <AlarmLinkPage token={key} />;
  if (door === 'a' && key !== undefined) return <CodePage code={decodeURIComponent(key)} />;
  if (door === 'r' && key !== undefined) return <RepairProgressPage token={key} />;
  if (door === 'repair' && key !== undefined) return <RepairFormPage token={key} />;
  return (
    <DirectoryProvider>
      <App />
    </DirectoryProvider>
  );
}

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LanguageProvider>{page()}</LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
