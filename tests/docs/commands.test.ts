import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createCli } from '../../server/cli/commands.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { listCodeBlocks, listCodeSpans, listDocuments, readDocument } from './documents.ts';

const documents = listDocuments();
const { scripts } = JSON.parse(readFileSync(resolveInPackage('package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Each line of shell code and each code span of the documents, as `path: text`. */
const lines = documents.flatMap((document) =>
  [
    ...listCodeBlocks(document, 'sh', 'ini').flatMap((block) => block.split('\n')),
    ...listCodeSpans(document),
  ].map((text) => ({ place: document.path, text: text.replace(/ #.*$/, '') })),
);

function findMatches(pattern: RegExp): { place: string; text: string }[] {
  return lines.flatMap(({ place, text }) =>
    [...text.matchAll(pattern)].map(([, match = '']) => ({ place, text: match.trim() })),
  );
}

/** What is wrong with the arguments of `bin/flashscan`, or null. */
function findMistake(words: readonly string[]): string | null {
  let command: Command = createCli();
  for (const word of words) {
    const known = command.commands.find((child) => child.name() === word);
    if (known) command = known;
    else if (word.startsWith('--') && !isOption(command, word)) return word;
    else if (!word.startsWith('-') && !isWhole(command)) return word;
  }
  return !isWhole(command) && !words.some((word) => word.startsWith('--')) && words.length > 0
    ? `${words.join(' ')} is no whole command`
    : null;
}

/** Without a further word: `scan` takes URLs, and has sub-commands too. */
function isWhole(command: Command): boolean {
  return command.commands.length === 0 || command.registeredArguments.length > 0;
}

function isOption(command: Command, word: string): boolean {
  return ['--help', '--version'].includes(word) || command.options.some(({ long }) => long === word);
}

test('every command of the command line that a document shows exists, with its options', () => {
  const calls = findMatches(/bin\/flashscan ((?:[^`|;&]|…)+)/g);
  expect(calls.length).toBeGreaterThan(30);
  const mistakes = calls.map(({ place, text }) => ({ place, text, mistake: findMistake(text.split(/\s+/)) }));
  expect(mistakes.filter(({ mistake }) => mistake !== null)).toEqual([]);
});

test('docs/commands.md lists every command', () => {
  const { text } = readDocument('docs/commands.md');
  const names = createCli().commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((child) => `${command.name()} ${child.name()}`),
  );
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !text.includes(`| \`bin/flashscan ${name}`))).toEqual([]);
});

test('every script of npm that a document names exists', () => {
  const names = findMatches(/\bnpm run (?:-s )?([\w:-]+)/g);
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter(({ text }) => scripts[text] === undefined)).toEqual([]);
});

test('every test and script that a command of a document runs exists', () => {
  const files = findMatches(/(?:vitest run [^`]*?|tsx )((?:tests\/[\w./-]+ ?)+)/g).flatMap(
    ({ place, text }) => text.split(/\s+/).map((file) => `${place}: ${file}`),
  );
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((name) => !existsSync(resolveInPackage(name.split(': ')[1] as string)))).toEqual([]);
});
