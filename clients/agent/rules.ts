/** What the static checks look for. Every pattern reads one line of at most MAX_LINE_CHARS and is linear, or nearly. */
export interface LineRule {
  rule_id: string;
  severity: 'error' | 'warning' | 'info';
  message: string;
  pattern: RegExp;
  /** names of languages; every text unless given */
  languages?: readonly string[];
  /**
   * `text`: lines as they are. `strings`: without comments. `code`: without comments, and every string is `""`.
   */
  reads: 'text' | 'strings' | 'code';
}

const JS = ['JavaScript', 'TypeScript', 'Vue'];
const C = ['C', 'C++'];

const RUNS_TEXT = 'Text is run as code; whoever writes the text writes the program';
const RUNS_SHELL = 'A shell runs a command made of text; pass the arguments as a list';
const UNSAFE_OBJECTS = 'Reading objects from bytes that others wrote can run code; use a data format';
const NO_TLS = 'The certificate of the other side is not checked';
const HTML_FROM_TEXT = 'HTML is made of text; what a person typed can be a script';
const WEAK_HASH = 'MD5 and SHA-1 are broken; use SHA-256, and Argon2 for passwords';
const SQL_FROM_TEXT = 'SQL is put together from text; use parameters';
/** How a statement begins. */
const SQL =
  '\\s{0,8}(?:SELECT\\s[^"`]{1,300}?\\sFROM|INSERT\\s+INTO|UPDATE\\s+[\\w.]{1,60}\\s+SET|DELETE\\s+FROM)\\s';
const DEBUGGER = 'A debugger was left behind';

const code = (
  rule_id: string,
  severity: LineRule['severity'],
  message: string,
  languages: readonly string[],
  pattern: RegExp,
  reads: LineRule['reads'] = 'code',
): LineRule => ({ rule_id, severity, message, languages, pattern, reads });

const CODE_RULES: readonly LineRule[] = [
  code('eval', 'warning', RUNS_TEXT, [...JS, 'PHP', 'Ruby'], /(?<![.\w$])(?<!\bfunction )eval\s*\(/),
  code('eval', 'warning', RUNS_TEXT, ['Python'], /(?<![.\w])(?<!\bdef )(?:eval|exec)\s*\(/),
  code('eval', 'warning', RUNS_TEXT, JS, /\bnew Function\s*\(/),
  code('eval', 'warning', RUNS_TEXT, ['Shell'], /(?:^|[;&|]|\b(?:then|do|else))\s*eval\s/),
  code(
    'shell-command',
    'warning',
    RUNS_SHELL,
    ['Python'],
    /\bshell\s*=\s*True\b|\bos\.(?:system|popen)\s*\(/,
  ),
  code(
    'shell-command',
    'warning',
    RUNS_SHELL,
    JS,
    /(?:(?<![.\w$])|child_process\.)exec(?:Sync)?\(\s*(?:`[^`]{0,500}\$\{|["'][^"']{0,500}["']\s*\+)/,
    'strings',
  ),
  code(
    'shell-command',
    'warning',
    RUNS_SHELL,
    ['PHP'],
    /(?<![\w>:$])(?:shell_exec|passthru|system|popen|proc_open|exec)\s*\((?!\s*""\s*\))/,
  ),
  code('shell-command', 'warning', RUNS_SHELL, [...C, 'Ruby'], /(?<![.\w>:])system\s*\((?!\s*""\s*\))/),
  code(
    'unsafe-deserialization',
    'warning',
    UNSAFE_OBJECTS,
    ['Python'],
    /\b(?:c?[pP]ickle|dill|marshal)\.loads?\s*\(/,
  ),
  code(
    'unsafe-deserialization',
    'warning',
    UNSAFE_OBJECTS,
    ['Python'],
    /\byaml\.load\s*\((?![^\n]{0,500}Safe)/,
  ),
  code('unsafe-deserialization', 'warning', UNSAFE_OBJECTS, ['PHP'], /(?<![\w>:$])unserialize\s*\(/),
  code('unsafe-deserialization', 'warning', UNSAFE_OBJECTS, ['Ruby'], /\bMarshal\.load\b/),
  code('unsafe-deserialization', 'warning', UNSAFE_OBJECTS, ['Java', 'Kotlin'], /\bObjectInputStream\s*\(/),
  code('unsafe-deserialization', 'warning', UNSAFE_OBJECTS, ['C#'], /\bnew BinaryFormatter\b/),
  code('tls-not-verified', 'warning', NO_TLS, JS, /\brejectUnauthorized\s*:\s*false\b/),
  code(
    'tls-not-verified',
    'warning',
    NO_TLS,
    ['Python'],
    /\bverify\s*=\s*False\b|\b_create_unverified_context\b/,
  ),
  code('tls-not-verified', 'warning', NO_TLS, ['Go'], /\bInsecureSkipVerify\s*:\s*true\b/),
  code(
    'tls-not-verified',
    'warning',
    NO_TLS,
    ['PHP'],
    /\bCURLOPT_SSL_VERIFY(?:PEER|HOST)\s*(?:,|=>)\s*(?:0|false)\b/i,
  ),
  code(
    'tls-not-verified',
    'warning',
    NO_TLS,
    ['Shell'],
    /\bcurl(?=\s)[^|;]{0,500}(?:\s-[A-Za-z]{0,8}k\b|--insecure\b)|\bwget(?=\s)[^|;]{0,500}--no-check-certificate\b/,
    'strings',
  ),
  code(
    'html-from-text',
    'warning',
    HTML_FROM_TEXT,
    JS,
    /\.(?:inner|outer)HTML\s*\+?=(?!=)(?!\s*""\s*(?:;|$))/,
  ),
  code(
    'html-from-text',
    'warning',
    HTML_FROM_TEXT,
    JS,
    /\bdangerouslySetInnerHTML\b|\bdocument\.write(?:ln)?\s*\(/,
  ),
  code(
    'unbounded-copy',
    'warning',
    'The function does not know how long the target is; use one that takes a length',
    C,
    /(?<![.\w>:])(?:gets|strcpy|strcat|v?sprintf)\s*\(/,
  ),
  code('weak-hash', 'info', WEAK_HASH, ['Python'], /\bhashlib\.(?:md5|sha1)\s*\(/),
  code('weak-hash', 'info', WEAK_HASH, JS, /\bcreateHash\(\s*["'`](?:md5|sha-?1)["'`]/i, 'strings'),
  code(
    'weak-hash',
    'info',
    WEAK_HASH,
    ['Java', 'Kotlin'],
    /\bMessageDigest\.getInstance\(\s*"(?:MD5|SHA-?1)"/i,
    'strings',
  ),
  code('weak-hash', 'info', WEAK_HASH, ['PHP'], /(?<![\w>:$])(?:md5|sha1)\s*\(/),
  code('weak-hash', 'info', WEAK_HASH, ['Go'], /\b(?:md5|sha1)\.(?:New|Sum)\s*\(/),
  code(
    'sql-from-text',
    'warning',
    SQL_FROM_TEXT,
    ['Python'],
    new RegExp(`\\b[fF]["']{1,3}${SQL}[^"]{0,500}?\\{`, 'i'),
    'strings',
  ),
  code(
    'sql-from-text',
    'warning',
    SQL_FROM_TEXT,
    [...JS, 'Python', 'Java', 'Kotlin', 'C#', 'Go', 'PHP', 'Ruby', 'Dart', 'Swift'],
    // A template with a tag, such as sql`…`, takes parameters.
    new RegExp(
      `(?<![\\w)])["'\`]${SQL}[^"\`]{0,500}?(?:["'\`]\\s{0,4}(?:\\+|%|\\.\\s*(?:format\\s*\\(|\\$))|\\$[a-z_{]|#\\{)`,
      'i',
    ),
    'strings',
  ),
  code('debugger', 'info', DEBUGGER, JS, /^\s*debugger\b/),
  code('debugger', 'info', DEBUGGER, ['Python'], /\bi?pdb\.set_trace\s*\(|^\s*breakpoint\(\s*\)/),
  code(
    'all-errors-caught',
    'info',
    'A bare `except` also hides typing errors and Ctrl+C; name the exception',
    ['Python'],
    /^\s*except\s*:/,
  ),
  code(
    'piped-download',
    'warning',
    'What a server answers is run at once; download it, check its hash, then run it',
    ['Shell', 'Dockerfile'],
    /\b(?:curl|wget)\s[^|]{0,500}\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b/,
    'strings',
  ),
];

const token = (rule_id: string, pattern: RegExp, whose: string): LineRule => ({
  rule_id,
  severity: 'error',
  message: `${whose} is in the repository; revoke it, and read it from the environment`,
  pattern,
  reads: 'text',
});

/** Formats that issuers publish so that they can be found. Some are composed, so that no scan reports this file. */
const SECRET_RULES: readonly LineRule[] = [
  token('private-key', new RegExp(`^-----BEGIN [A-Z ]{0,20}${'PRIVATE'} KEY-----`), 'A private key'),
  token('aws-key', /\b(?:AKIA|ASIA)(?![0-9A-Z]*EXAMPLE)[0-9A-Z]{16}\b/, 'An access key of AWS'),
  token('github-token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{60,100})\b/, 'A token of GitHub'),
  token('gitlab-token', /\bglpat-[\w-]{20,100}/, 'A token of GitLab'),
  token('slack-token', /\bxox[abeprs]-[A-Za-z0-9-]{10,200}/, 'A token of Slack'),
  token('google-key', /\bAIza[\w-]{35}(?![\w-])/, 'An API key of Google'),
  token('stripe-key', /\b[sr]k_live_[A-Za-z0-9]{16,200}/, 'A live key of Stripe'),
  token('npm-token', /\bnpm_[A-Za-z0-9]{36}\b|:_authToken\s*=\s*(?!\$)[^\s"']{8,200}/, 'A token of npm'),
  token('model-key', /\bsk-(?:proj|ant|svcacct)-[\w-]{20,300}/, 'An API key of a language model'),
  {
    rule_id: 'merge-conflict',
    severity: 'error',
    message: 'A merge conflict is not resolved',
    pattern: new RegExp(`^${'<'.repeat(7)} `),
    reads: 'text',
  },
];

export const LINE_RULES: readonly LineRule[] = [...SECRET_RULES, ...CODE_RULES];

export interface FileRule extends Pick<LineRule, 'rule_id' | 'severity' | 'message'> {
  /** of the path */
  pattern: RegExp;
}

export const FILE_RULES: readonly FileRule[] = [
  {
    rule_id: 'env-file',
    severity: 'error',
    message:
      'A file of environment variables mostly holds secrets; take it out of Git, list it in .gitignore, and replace its secrets',
    pattern: /(?:^|\/)\.env(?:\.(?!example|sample|template|dist|defaults|schema|test\b)[\w-]{1,50}){0,3}$/i,
  },
  {
    rule_id: 'key-file',
    severity: 'error',
    message: 'A file of private keys is in the repository; take it out of Git, and replace the keys',
    pattern: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$|\.(?:p12|pfx|jks|keystore|ppk|kdbx)$/i,
  },
];
