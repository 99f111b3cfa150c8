import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isFinal } from './api/http.ts';
import { startLive } from './api/live.ts';
import { startOutbox } from './api/outbox.ts';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/wall.css';
import './styles/incident.css';
import './styles/pages.css';
import './styles/adoption.css';
import './styles/access.css';
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

startLive(queries);
void startOutbox();
void ensureChineseFont();

const root = document.querySelector('#root');
if (!root) throw new Error('DASHBOARDS_NO_ROOT: index.html must hold #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <DirectoryProvider>
          <App />
        </DirectoryProvider>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
