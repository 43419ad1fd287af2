import { readFileSync } from 'node:fs';
import semver from 'semver';
import { expect, test } from 'vitest';
import { resolveInPackage } from '../../../server/process/env.ts';

interface LockedPackage {
  version: string;
  resolved?: string;
  hasInstallScript?: boolean;
  libc?: string[];
  peerDependencies?: Record<string, string>;
}

const read = (file: string) => JSON.parse(readFileSync(resolveInPackage(file), 'utf8'));
const manifest = read('package.json');
const { '': root, ...packages } = read('package-lock.json').packages as Record<string, LockedPackage>;
const entries = Object.entries(packages);

const toName = (key: string) => key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** The package that `from` would load as `name`. */
function findPackage(from: string, name: string): LockedPackage | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`];
    if (found || folder === '') return found;
  }
}

test('the lock is that of package.json', () => {
  expect(root).toMatchObject({
    dependencies: manifest.dependencies,
    devDependencies: manifest.devDependencies,
    bin: { flashscan: 'bin/flashscan' },
  });
});

test('versions are exact', () => {
  for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(semver.valid(version as string)).toBe(version);
});

test('the lock names no registry', () => {
  expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

// npm 10 does not know `allowScripts`, but runs no script of a package that the lock says has none.
test('the install scripts that the lock names are those that package.json allows', () => {
  const named = entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([key]) => toName(key));
  const allowed = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name]);
  expect([...new Set(named)].sort()).toEqual(allowed.sort());
});

// Old versions of npm put such a peer into the lock, newer ones leave it out, and each refuses the other's lock.
test('no optional peer that is installed is of a version its dependent refuses', () => {
  const overridden = new Set(Object.keys(manifest.overrides));
  const conflicts = entries.flatMap(([key, { peerDependencies = {} }]) =>
    Object.entries(peerDependencies)
      .filter(([peer, range]) => {
        const { version } = findPackage(key, peer) ?? {};
        return version !== undefined && !semver.satisfies(version, range) && !overridden.has(toName(key));
      })
      .map(([peer, range]) => `${toName(key)} wants ${peer} ${range}`),
  );
  expect(conflicts).toEqual([]);
});

test('binaries for musl are marked, so that they are not installed beside those for glibc', () => {
  const unmarked = entries.filter(([key, { libc }]) => key.endsWith('-musl') && libc?.[0] !== 'musl');
  expect(unmarked.map(([key]) => key)).toEqual([]);
});
