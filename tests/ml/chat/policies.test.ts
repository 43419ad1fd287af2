import { expect, test } from 'vitest';
import { findUnsafeReason } from '../../../ml/text/pattern-safety.ts';
import { compilePolicies, findInvalidReason, type Policy } from '../../../ml/text/policies.ts';
import { POLICIES } from './engine.ts';

const base: Policy = {
  id: 'x',
  category: 'test',
  kind: 'regex',
  pattern: 'x',
  applies_to: ['input'],
  action: 'block',
  description: '',
};

test('every policy that ships may be used and does what its tests say', () => {
  expect(POLICIES.length).toBeGreaterThan(20);
  expect(new Set(POLICIES.map(({ id }) => id)).size).toBe(POLICIES.length);
  for (const policy of POLICIES) {
    expect([policy.id, findInvalidReason(policy)]).toEqual([policy.id, null]);
    expect(policy.tests?.match.length).toBeGreaterThan(0);
    expect(policy.tests?.pass.length).toBeGreaterThan(0);
  }
});

test('a pattern that can take exponential time is refused', () => {
  for (const pattern of [
    '(a+)+$',
    '(a|a)*b',
    '(a|aa)+$',
    '(a*)*b',
    '(\\w+\\s?)*$',
    '(x+x+)+y',
    '(a|a){30}b',
    '(?=(a+)+$)b',
    'a(?!(b|b)+c)',
    '(?:a?b?)*c',
  ])
    expect([pattern, findUnsafeReason(pattern)]).toEqual([pattern, 'The pattern can take exponential time']);
  expect(findUnsafeReason('(a)\\1')).toMatch(/back references/);
  expect(findUnsafeReason('(a')).toMatch(/not a valid/);
});

test('ordinary patterns are allowed', () => {
  for (const pattern of [
    'ignore\\s+(?:all\\s+)?previous',
    '(?:foo|bar)+',
    '\\d{6}[-\\s]?[1-4]\\d{6}',
    '[가-힣]+을\\s만들어',
    '(?<![a-z])dan',
  ])
    expect([pattern, findUnsafeReason(pattern)]).toEqual([pattern, null]);
});

test('a policy that matches everything, or fails its own tests, is refused', () => {
  expect(findInvalidReason({ ...base, pattern: 'a*' })).toMatch(/empty text/);
  expect(findInvalidReason({ ...base, tests: { match: ['y'], pass: [] } })).toMatch(
    /does not match its test/,
  );
  expect(findInvalidReason({ ...base, tests: { match: [], pass: ['xx'] } })).toMatch(/must pass/);
});

test('hidden letters, other scripts and spacing do not get around a keyword', () => {
  const policies = compilePolicies([{ ...base, kind: 'keyword', pattern: 'ignore the rules' }]);
  for (const text of [
    'Ignore the RULES',
    'ig\u200bnore the rules',
    'іgnоre the rules',
    'ｉｇｎｏｒｅ the rules',
    '1gn0re the rules',
    'i g n o r e the rules',
  ])
    expect([text, policies.apply(text, 'input').action]).toEqual([text, 'block']);
  expect(policies.apply('ignore the rules', 'output').action).toBe('allow');
  expect(policies.apply('what are the rules?', 'input').action).toBe('allow');
});

test('a policy that masks replaces what it found, also far into a long text', () => {
  const policies = compilePolicies([{ ...base, pattern: 'codename\\s\\w+', action: 'mask' }]);
  const long = `${'word '.repeat(3000)}codename falcon`;
  expect(policies.apply(long, 'input').text.endsWith('[test]')).toBe(true);
});
