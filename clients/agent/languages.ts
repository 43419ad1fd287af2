/** How a language's files are told and its code is read, as far as counting needs it. */
export interface Language {
  name: string;
  extensions: string[];
  /** begin a comment to the end of the line */
  line: string[];
  block?: [open: string, close: string];
  /** a point where the way parts; null: it has none, as in data and prose */
  decision: RegExp | null;
  /** where a function begins */
  routine: RegExp | null;
}

const C_WAYS = /\b(?:if|for|while|case|catch)\b|&&|\|\||\?(?![.?:])/g;
const C_COMMENTS = { line: ['//'], block: ['/*', '*/'] as [string, string] };
const C_ROUTINE = /^[ \t]*(?:[\w:<>,*&[\]]+[ \t]+)+[\w:~]+[ \t]*\([^;{}]{0,2000}\)[^;{}=]{0,2000}\{/gm;
const JS_ROUTINE =
  /\bfunction\b|=>|^[ \t]*(?:(?:async|static|get|set|public|private|protected|override)\s+)*[#\w$]+\s*\([^()]{0,2000}\)[^;=\n{]*\{/gm;

const code = (
  name: string,
  extensions: string[],
  routine: RegExp,
  decision = C_WAYS,
  comments: Pick<Language, 'line' | 'block'> = C_COMMENTS,
): Language => ({ name, extensions, decision, routine, ...comments });

const text = (
  name: string,
  extensions: string[],
  comments: Pick<Language, 'line' | 'block'> = { line: [] },
) => ({
  name,
  extensions,
  decision: null,
  routine: null,
  ...comments,
});

const HASH = { line: ['#'] };
const MARKUP: Pick<Language, 'line' | 'block'> = { line: [], block: ['<!--', '-->'] };

const LANGUAGES: readonly Language[] = [
  code(
    'Python',
    ['py', 'pyi'],
    /^[ \t]*(?:async[ \t]+)?def\b|\blambda\b/gm,
    /\b(?:if|elif|for|while|except|and|or|case)\b/g,
    HASH,
  ),
  code('TypeScript', ['ts', 'tsx', 'mts', 'cts'], JS_ROUTINE),
  code('JavaScript', ['js', 'jsx', 'mjs', 'cjs'], JS_ROUTINE),
  code('Java', ['java'], C_ROUTINE),
  code('Kotlin', ['kt', 'kts'], /\bfun\b/g),
  code('C', ['c', 'h'], C_ROUTINE),
  code('C++', ['cc', 'cpp', 'cxx', 'hpp', 'hh'], C_ROUTINE),
  code('C#', ['cs'], C_ROUTINE),
  code('Go', ['go'], /\bfunc\b/g, /\b(?:if|for|case|select)\b|&&|\|\|/g),
  code('Rust', ['rs'], /\bfn\b/g, /\b(?:if|for|while|loop)\b|=>|&&|\|\|/g),
  code('Swift', ['swift'], /\bfunc\b/g),
  code('PHP', ['php'], /\bfunction\b|\bfn\b/g, C_WAYS, { line: ['//', '#'], block: ['/*', '*/'] }),
  code('Ruby', ['rb'], /\bdef\b/g, /\b(?:if|elsif|unless|while|until|when|rescue)\b|&&|\|\|/g, HASH),
  code('Dart', ['dart'], C_ROUTINE),
  code(
    'Shell',
    ['sh', 'bash', 'zsh'],
    /^[ \t]*(?:function[ \t]+)?[\w-]+[ \t]*\(\)/gm,
    /\b(?:if|elif|for|while|until)\b|&&|\|\||;;/g,
    HASH,
  ),
  text('SQL', ['sql'], { line: ['--'], block: ['/*', '*/'] }),
  text('HTML', ['html', 'htm'], MARKUP),
  text('Vue', ['vue'], MARKUP),
  text('CSS', ['css', 'scss', 'less'], { line: [], block: ['/*', '*/'] }),
  text('Markdown', ['md', 'markdown']),
  text('YAML', ['yml', 'yaml'], HASH),
  text('TOML', ['toml'], HASH),
  text('JSON', ['json', 'jsonc']),
  text('XML', ['xml', 'svg'], MARKUP),
];

const BY_EXTENSION = new Map(LANGUAGES.flatMap((it) => it.extensions.map((extension) => [extension, it])));

/** The language of a file by its name; null for what is none that is counted. */
export function detectFileLanguage(file: string): Language | null {
  const [, extension] = /\.([^./]+)$/.exec(file) ?? [];
  return (extension && BY_EXTENSION.get(extension.toLowerCase())) || null;
}
