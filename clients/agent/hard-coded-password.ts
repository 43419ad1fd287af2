const KEY =
  '(?:pass(?:word|wd|phrase)|pwd|secret|secret[_-]?key|client[_-]?secret|(?:api|access|private|auth|encryption)[_-]?key|(?:auth|access|api|bearer|refresh)[_-]?token)\\d{0,2}';

/** `password = "…"`, also with a type or as a key of an object; group 1 is the value. */
const QUOTED = new RegExp(
  `${KEY}["'\`]?\\]?(?:\\s?:\\s?[A-Za-z][\\w.]{0,30})?\\s{0,8}(?:=>|:=|={1,3}|:|\\s(?=\\s{0,8}"))\\s{0,8}["'\`]([\\x21-\\x7e]{4,200}?)["'\`]`,
  'i',
);
/** `DB_PASSWORD=…` of configuration files; group 1 is the value. */
const UNQUOTED = new RegExp(
  `^\\s{0,40}(?:export\\s|ENV\\s|ARG\\s|-\\s)?\\s{0,8}[\\w.-]{0,60}?${KEY}\\s{0,8}[:=]\\s{0,8}([^\\s"'#$<{!&*/|>[][^\\s#]{3,200})\\s{0,8}$`,
  'i',
);
/** A reference or a stand-in. */
const REFERENCE =
  /\$[{(]|\{\{|^\$|^(?:\{.*\}|<.*>|%.*|\W+|(.)\1+|(?:your|my|the|some)[-_].*|change[-_]?(?:me|it).*|.*(?:example|placeholder|dummy|redacted).*)$/i;
/** A word of a program (`new-password`), a switch, a path or an address. */
const NAME =
  /^(?:(?=[a-z._:-]+$).*(?:pass|pwd|secret|token|key).*|todo|none|null|nil|undefined|true|false|string|text|number|boolean|required|optional|include|omit|same-origin|\.{0,2}\/.*|https?:.*)$/i;
/** What a form calls the field. */
const LABEL = /^[A-Z][a-z]+:?$/;

/** Whether a line gives a password or the like a value of its own. `isConfig`: values need no quotes. */
export function hasHardCodedPassword(line: string, isConfig: boolean): boolean {
  const [, value] = QUOTED.exec(line) ?? (isConfig ? UNQUOTED.exec(line) : null) ?? [];
  return value !== undefined && ![REFERENCE, NAME, LABEL].some((pattern) => pattern.test(value));
}
