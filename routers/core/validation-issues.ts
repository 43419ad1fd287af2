import { type ZodError, z } from 'zod';
import type { Issue, Language } from './errors.ts';

const SENTENCES = { ko: z.locales.ko().localeError, en: z.locales.en().localeError };

/**
 * What is wrong with which field, in the reader's language. zod makes its sentences while it parses, in one
 * language for all; so they are made anew from the issues and the values they are about.
 */
export function localizeIssues(error: ZodError, input: unknown, language: Language): Issue[] {
  return error.issues.map((issue) => {
    const raw = { ...issue, input: at(input, issue.path) };
    const made = SENTENCES[language](raw as Parameters<(typeof SENTENCES)['ko']>[0]);
    const message = typeof made === 'string' ? made : made?.message;
    return { path: issue.path.map(String).join('.'), message: message ?? issue.message };
  });
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return here;
}
