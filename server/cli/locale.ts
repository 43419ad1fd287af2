import type { Language } from '../../ml/text/language.ts';

/** The language that a terminal asks for. POSIX: LC_ALL wins over LC_MESSAGES, and that over LANG. */
export function languageOfLocale({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): Language {
  return /^ko/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'ko' : 'en';
}
