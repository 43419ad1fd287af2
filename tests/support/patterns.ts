import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { resolveInPackage } from '../../server/process/env.ts';

/** A regular expression of the source, and where it is written. */
export interface SourcePattern {
  at: string;
  pattern: RegExp;
}

const FOLDERS = ['server', 'routers', 'db', 'ml', 'clients'];

/** Every regular expression that is written in the product's source. */
export function listSourcePatterns(): SourcePattern[] {
  return FOLDERS.flatMap((folder) => listFiles(resolveInPackage(folder), '.ts')).flatMap(readPatterns);
}

function listFiles(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => path.join(folder, name));
}

/** Literals, and `new RegExp` of literals. */
function readPatterns(file: string): SourcePattern[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const patterns: SourcePattern[] = [];
  const add = (node: ts.Node, text: string, flags: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const at = `${path.relative(resolveInPackage('.'), file)}:${line + 1}`;
    patterns.push({ at, pattern: new RegExp(text, flags.replace(/[gy]/g, '')) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      add(node, node.text.slice(1, end), node.text.slice(end + 1));
    } else if (ts.isNewExpression(node) && node.expression.getText(source) === 'RegExp') {
      const [text, flags] = node.arguments ?? [];
      if (text && ts.isStringLiteralLike(text)) {
        add(node, text.text, flags && ts.isStringLiteralLike(flags) ? flags.text : '');
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return patterns;
}
