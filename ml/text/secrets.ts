/** Prefixes that the issuers document (AWS, GitHub, OpenAI, Google, Slack, Hugging Face, Stripe, GitLab, npm …). */
export const API_KEY = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${[
    '(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])',
    'gh[pousr]_[A-Za-z0-9]{36,}',
    'github_pat_\\w{22,}',
    'sk-(?:proj-|ant-|or-)?[\\w-]{20,}',
    '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}',
    'AIza[\\w-]{35}',
    'ya29\\.[\\w-]{20,}',
    'xox[abeprs]-[\\w-]{10,}',
    'xapp-[\\w-]{20,}',
    'hf_[A-Za-z0-9]{30,}',
    'glpat-[\\w-]{20,}',
    'npm_[A-Za-z0-9]{36}',
    'SG\\.[\\w-]{20,}\\.[\\w-]{20,}',
    'dop_v1_[0-9a-f]{64}',
  ].join('|')})`,
  'g',
);

/**
 * Whether a value after `key =` is random enough to be a secret: letters and digits, at least 3 bits a character.
 * `your-api-key-goes-here` is not.
 */
export function isLikelySecret(value: string): boolean {
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits >= 3;
}
