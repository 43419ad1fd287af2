import { type ZodError, z } from 'zod';
import type { Language } from '../../ml/text/language.ts';
import type { Issue } from './errors.ts';
import { MAX_ISSUES } from './limit-issues.ts';
import { findMessage, NOT_VALID } from './validation-messages.ts';

/** Characters of a path that an error repeats: names of fields may be of any length. */
const MAX_PATH_CHARS = 500;

const toEnglishMessage = z.locales.en().localeError;

/**
 * The invalid fields with a message each, in the caller's language. zod writes its own messages while it parses, in one
 * language for all callers, so these are made afterwards from the issues and the values.
 */
export function localizeIssues(error: ZodError, input: unknown, language: Language): Issue[] {
  return error.issues
    .flatMap(pickFromUnion)
    .slice(0, MAX_ISSUES)
    .map((issue) => {
      const value = getAt(input, issue.path);
      const localized = findMessage(issue, value);
      const message =
        localized?.[language] ?? findSchemaMessage(issue, value, language) ?? NOT_VALID[language];
      return { path: issue.path.map(String).join('.').slice(0, MAX_PATH_CHARS), message };
    });
}

/**
 * A value that no alternative of a union accepts has issues for each alternative. Returns those of the only alternative
 * that has the type of the value; if none or several have it, the union's own issue, which names no field inside it.
 */
function pickFromUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const candidates = issue.errors.filter((issues) => issues.every(({ path }) => path.length > 0));
  const [candidate] = candidates;
  if (!candidate || candidates.length > 1) return [issue];
  return candidate
    .map((nested) => ({ ...nested, path: [...issue.path, ...nested.path] }))
    .flatMap((nested) => pickFromUnion(nested));
}

/** The message that the schema itself defines. Schemas of environment variables and files define some, in English. */
function findSchemaMessage(issue: z.core.$ZodIssue, value: unknown, language: Language): string | null {
  if (language !== 'en') return null;
  const defaultResult = toEnglishMessage({ ...issue, input: value } as Parameters<
    typeof toEnglishMessage
  >[0]);
  const defaultMessage = typeof defaultResult === 'string' ? defaultResult : defaultResult?.message;
  return issue.message === defaultMessage ? null : issue.message;
}

function getAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}
