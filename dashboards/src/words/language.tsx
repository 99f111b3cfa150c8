import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { en, type Words } from './en.ts';
import { formatOf, LANGUAGES, type Format, type Language } from './format.ts';
import { zh } from './zh.ts';

const DICTIONARIES: Record<Language, Words> = { en, zh };
const KEPT = 'keepsite-language';

interface Speech {
  readonly language: Language;
  readonly t: Words;
  readonly format: Format;
  /** Picks the language of a name that the server gives in both. */
  readonly name: (both: { readonly en: string; readonly zh: string }) => string;
  readonly setLanguage: (language: Language) => void;
}

const SpeechContext = createContext<Speech | null>(null);

/** Gives everything below it one language: `?lang=`, else the remembered one, else the browser's. */
export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    localStorage.setItem(KEPT, language);
  }, [language]);
  const speech = useMemo(
    (): Speech => ({
      language,
      t: DICTIONARIES[language],
      format: formatOf(language),
      name: (both) => both[language],
      setLanguage,
    }),
    [language],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** The words of the chosen language. */
export function useSpeech(): Speech {
  const speech = use(SpeechContext);
  if (!speech) throw new Error('DASHBOARDS_NO_LANGUAGE: wrap the page in LanguageProvider');
  return speech;
}

function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT) ?? navigator.language;
  return LANGUAGES.find((language) => asked.toLowerCase().startsWith(language)) ?? 'en';
}
