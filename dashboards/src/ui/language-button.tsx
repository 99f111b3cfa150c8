import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';

/** The way to the other language, named in that language. */
export function LanguageButton(): ReactNode {
  const { t, language, setLanguage } = useSpeech();
  return (
    <button
      type="button"
      className="act is-small"
      lang={language === 'en' ? 'zh-CN' : 'en'}
      onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}
    >
      {t.otherLanguage}
    </button>
  );
}
