import { listMatchingForms } from './normalise.ts';
import { findUnsafeReason } from './pattern-safety.ts';

export type PolicySide = 'input' | 'output';
export type PolicyAction = 'block' | 'mask' | 'flag';

/** A red-team policy as data. `tests` are strings it must match and strings it must let pass. */
export interface Policy {
  id: string;
  category: string;
  kind: 'keyword' | 'regex';
  /** A keyword is a plain string, several are separated by `|`. A regex has flags `iu`. */
  pattern: string;
  applies_to: PolicySide[];
  action: PolicyAction;
  description: string;
  tests?: { match: string[]; pass: string[] };
}

export interface PolicyHit {
  id: string;
  category: string;
  action: PolicyAction;
}

/** The result of the policies on a text: the strictest action, every hit, and the text with `mask` hits replaced. */
export interface PolicyVerdict {
  action: 'allow' | PolicyAction;
  hits: PolicyHit[];
  text: string;
}

export interface CompiledPolicies {
  count: number;
  apply(text: string, side: PolicySide): PolicyVerdict;
}

/** Longer texts are searched in overlapping windows, so that the time of every pattern is linear. */
const WINDOW = 2000;
const OVERLAP = 300;

/**
 * Why a policy's pattern is invalid, in a sentence, or null: it is empty or too long, does not compile, matches
 * everything, may take exponential time, or fails its own tests.
 */
export function findInvalidReason(policy: Policy): string | null {
  if (policy.pattern.trim() === '') return 'The pattern is empty';
  if (policy.pattern.length > 1000) return 'The pattern is longer than 1,000 characters';
  if (policy.kind === 'regex') {
    const reason = findUnsafeReason(policy.pattern);
    if (reason) return reason;
  }
  const pattern = compilePattern(policy);
  if (matches(pattern, '')) return 'The pattern matches an empty text';
  for (const text of policy.tests?.match ?? [])
    if (!listHits(pattern, text)) return `The pattern does not match its test “${text}”`;
  for (const text of policy.tests?.pass ?? [])
    if (listHits(pattern, text)) return `The pattern matches “${text}”, which must pass`;
  return null;
}

/**
 * Compiles policies once. `apply` searches the text as written and its normalized forms. Throws on an invalid
 * pattern.
 */
export function compilePolicies(policies: readonly Policy[]): CompiledPolicies {
  const compiled = policies.map((policy) => ({ policy, pattern: compilePattern(policy) }));
  return {
    count: compiled.length,
    apply(text, side) {
      const found: PolicyHit[] = [];
      let masked = text;
      for (const window of splitWindows(text)) {
        const forms = listMatchingForms(window);
        for (const { policy, pattern } of compiled) {
          if (!policy.applies_to.includes(side) || found.some((hit) => hit.id === policy.id)) continue;
          if (!forms.some((form) => matches(pattern, form))) continue;
          found.push({ id: policy.id, category: policy.category, action: policy.action });
          if (policy.action === 'mask') masked = masked.replace(pattern, `[${policy.category}]`);
        }
      }
      return { action: findStrictest(found), hits: found, text: masked };
    },
  };
}

function compilePattern(policy: Pick<Policy, 'kind' | 'pattern'>): RegExp {
  if (policy.kind === 'regex') return new RegExp(policy.pattern, 'giu');
  const words = policy.pattern.split('|').map((word) => word.trim());
  return new RegExp(words.filter(Boolean).map(escapeLiteral).join('|'), 'giu');
}

function listHits(pattern: RegExp, text: string): boolean {
  return listMatchingForms(text).some((form) => matches(pattern, form));
}

/** A global pattern remembers where its last match ended; every call starts at the beginning. */
function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

function escapeLiteral(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
}

function* splitWindows(text: string): Iterable<string> {
  if (text.length <= WINDOW) yield text;
  else for (let at = 0; at < text.length; at += WINDOW - OVERLAP) yield text.slice(at, at + WINDOW);
}

function findStrictest(found: readonly PolicyHit[]): 'allow' | PolicyAction {
  for (const action of ['block', 'mask', 'flag'] as const)
    if (found.some((hit) => hit.action === action)) return action;
  return 'allow';
}
