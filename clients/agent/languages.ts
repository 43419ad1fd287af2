/** How to recognize files of a language, and to find their comments, branches and functions. */
export interface SourceLanguage {
  name: string;
  extensions: string[];
  /** strings that start a comment until the end of the line */
  lineComments: string[];
  blockComment?: [open: string, close: string];
  /** matches branches of the control flow; null for data and prose */
  branchPattern: RegExp | null;
  /** matches starts of functions */
  functionPattern: RegExp | null;
}

const C_BRANCHES = /\b(?:if|for|while|case|catch)\b|&&|\|\||\?(?![.?:])/g;
const C_COMMENTS = { lineComments: ['//'], blockComment: ['/*', '*/'] as [string, string] };
const C_FUNCTION = /^[ \t]*(?:[\w:<>,*&[\]]+[ \t]+)+[\w:~]+[ \t]*\([^;{}]{0,2000}\)[^;{}=]{0,2000}\{/gm;
const JS_FUNCTION =
  /\bfunction\b|=>|^[ \t]*(?:(?:async|static|get|set|public|private|protected|override)\s+)*[#\w$]+\s*\([^()]{0,2000}\)[^;=\n{]*\{/gm;

const toCodeLanguage = (
  name: string,
  extensions: string[],
  functionPattern: RegExp,
  branchPattern = C_BRANCHES,
  comments: Pick<SourceLanguage, 'lineComments' | 'blockComment'> = C_COMMENTS,
): SourceLanguage => ({ name, extensions, branchPattern, functionPattern, ...comments });

const toTextLanguage = (
  name: string,
  extensions: string[],
  comments: Pick<SourceLanguage, 'lineComments' | 'blockComment'> = { lineComments: [] },
) => ({
  name,
  extensions,
  branchPattern: null,
  functionPattern: null,
  ...comments,
});

const HASH_COMMENTS = { lineComments: ['#'] };
const MARKUP_COMMENTS: Pick<SourceLanguage, 'lineComments' | 'blockComment'> = {
  lineComments: [],
  blockComment: ['<!--', '-->'],
};

const LANGUAGES: readonly SourceLanguage[] = [
  toCodeLanguage(
    'Python',
    ['py', 'pyi'],
    /^[ \t]*(?:async[ \t]+)?def\b|\blambda\b/gm,
    /\b(?:if|elif|for|while|except|and|or|case)\b/g,
    HASH_COMMENTS,
  ),
  toCodeLanguage('TypeScript', ['ts', 'tsx', 'mts', 'cts'], JS_FUNCTION),
  toCodeLanguage('JavaScript', ['js', 'jsx', 'mjs', 'cjs'], JS_FUNCTION),
  toCodeLanguage('Java', ['java'], C_FUNCTION),
  toCodeLanguage('Kotlin', ['kt', 'kts'], /\bfun\b/g),
  toCodeLanguage('C', ['c', 'h'], C_FUNCTION),
  toCodeLanguage('C++', ['cc', 'cpp', 'cxx', 'hpp', 'hh'], C_FUNCTION),
  toCodeLanguage('C#', ['cs'], C_FUNCTION),
  toCodeLanguage('Go', ['go'], /\bfunc\b/g, /\b(?:if|for|case|select)\b|&&|\|\|/g),
  toCodeLanguage('Rust', ['rs'], /\bfn\b/g, /\b(?:if|for|while|loop)\b|=>|&&|\|\|/g),
  toCodeLanguage('Swift', ['swift'], /\bfunc\b/g),
  toCodeLanguage('PHP', ['php'], /\bfunction\b|\bfn\b/g, C_BRANCHES, {
    lineComments: ['//', '#'],
    blockComment: ['/*', '*/'],
  }),
  toCodeLanguage(
    'Ruby',
    ['rb'],
    /\bdef\b/g,
    /\b(?:if|elsif|unless|while|until|when|rescue)\b|&&|\|\|/g,
    HASH_COMMENTS,
  ),
  toCodeLanguage('Dart', ['dart'], C_FUNCTION),
  toCodeLanguage(
    'Shell',
    ['sh', 'bash', 'zsh'],
    /^[ \t]*(?:function[ \t]+)?[\w-]+[ \t]*\(\)/gm,
    /\b(?:if|elif|for|while|until)\b|&&|\|\||;;/g,
    HASH_COMMENTS,
  ),
  toTextLanguage('SQL', ['sql'], { lineComments: ['--'], blockComment: ['/*', '*/'] }),
  toTextLanguage('HTML', ['html', 'htm'], MARKUP_COMMENTS),
  toTextLanguage('Vue', ['vue'], MARKUP_COMMENTS),
  toTextLanguage('CSS', ['css', 'scss', 'less'], { lineComments: [], blockComment: ['/*', '*/'] }),
  toTextLanguage('Markdown', ['md', 'markdown']),
  toTextLanguage('YAML', ['yml', 'yaml'], HASH_COMMENTS),
  toTextLanguage('TOML', ['toml'], HASH_COMMENTS),
  toTextLanguage('JSON', ['json', 'jsonc']),
  toTextLanguage('XML', ['xml', 'svg'], MARKUP_COMMENTS),
];

const BY_EXTENSION = new Map(
  LANGUAGES.flatMap((language) => language.extensions.map((extension) => [extension, language])),
);

/** The language of a file by its extension; null for files whose lines are not counted. */
export function detectFileLanguage(file: string): SourceLanguage | null {
  const [, extension] = /\.([^./]+)$/.exec(file) ?? [];
  return (extension && BY_EXTENSION.get(extension.toLowerCase())) || null;
}
