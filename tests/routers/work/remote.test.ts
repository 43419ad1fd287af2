import { expect, test } from 'vitest';
import { stripCredentials, toRemoteKey } from '../../../routers/work/git/remote.ts';

test.each([
  [
    'github.com/username/myproject',
    [
      'git@github.com:username/myproject.git',
      'git@github.com:username/myproject',
      'git@GitHub.com:/username/myproject.git/',
      'github.com:username/myproject',
      'ssh://git@github.com/username/myproject.git',
      'ssh://git@github.com:22/username/myproject',
      'git+ssh://git@github.com/username/myproject.git',
      'ssh+git://git@github.com/username/myproject.git',
      'ssh://git@ssh.github.com:443/username/myproject.git',
      'git://github.com/username/myproject.git',
      'git://github.com:9418/username/myproject',
      'https://github.com/username/myproject',
      'https://github.com/username/myproject/',
      'https://github.com/username/myproject.git/',
      'https://github.com:443/username/myproject.git',
      'http://github.com:80//username//myproject',
      'https://user:tok@GITHUB.com/Username/MyProject.git/',
      'https://ghp_0123456789@github.com/username/myproject',
      'https://www.github.com/username/myproject?tab=readme#start',
      'git+https://github.com/username/myproject.git',
      '  https://github.com./username/myproject.git  ',
    ],
  ],
  [
    'git.example.com/Group/sub/Proj',
    [
      'git@git.example.com:Group/sub/Proj.git',
      'https://oauth2:glpat-x@git.example.com/Group/sub/Proj.git',
      'https://git.example.com/Group/sub/%50roj',
    ],
  ],
  [
    'git.example.com:8443/a/b',
    ['https://git.example.com:8443/a/b.git', 'https://u:p@GIT.example.com:8443/a/b/'],
  ],
  ['git.example.com:2222/a/b', ['ssh://git@git.example.com:2222/a/b.git']],
  ['[::1]:3000/a/b', ['http://[::1]:3000/a/b.git']],
  ['[::1]/a/b', ['git@[::1]:a/b.git', 'ssh://git@[::1]:22/a/b']],
  ['xn--bj0bj06e.kr/a/b', ['https://한글.kr/a/b', 'git@한글.kr:a/b.git', 'git@xn--bj0bj06e.kr:a/b.git']],
  [
    'dev.azure.com/org/proj/repo',
    [
      'git@ssh.dev.azure.com:v3/org/proj/repo',
      'https://org@dev.azure.com/org/proj/_git/repo',
      'https://org.visualstudio.com/proj/_git/repo',
      'https://org.visualstudio.com/DefaultCollection/proj/_git/repo',
    ],
  ],
  [
    'file:/srv/git/x',
    ['/srv/git/x.git', '/srv/git/x/', 'file:///srv/git/x.git', 'file://localhost/srv/git/x'],
  ],
  ['file:/c:/git/x', ['C:\\git\\x.git', 'c:/git/x', 'file:///C:/git/x.git']],
])('all spellings of %s are one remote', (key, spellings) => {
  for (const url of spellings) expect(toRemoteKey(url), url).toBe(key);
});

test('other repositories are other remotes', () => {
  const others = [
    'https://github.com/a/b',
    'https://github.com/a/bb',
    'https://github.com/a/b/c',
    'https://gitlab.com/a/b',
    'https://git.example.com/a/b',
    'https://git.example.com/A/b',
    'https://git.example.com:8443/a/b',
  ];
  expect(new Set(others.map(toRemoteKey)).size).toBe(others.length);
});

test('what names no repository elsewhere has no key', () => {
  for (const url of [
    '',
    '   ',
    'hello',
    '../x.git',
    './x',
    '~/x',
    '.',
    'https://github.com/',
    'https://',
    'a b:c d',
  ]) {
    expect(toRemoteKey(url), url).toBeNull();
  }
  expect(toRemoteKey(`https://github.com/${'a'.repeat(3000)}`)).toBeNull();
});

test('credentials are taken out of a remote, and nothing else', () => {
  const shown: [string, string][] = [
    ['https://user:tok@github.com/a/b.git', 'https://github.com/a/b.git'],
    ['https://ghp_0123@github.com/a/b.git', 'https://github.com/a/b.git'],
    ['https://us@er:to@k@github.com/a/b.git', 'https://github.com/a/b.git'],
    ['https://github.com/a/b.git?private_token=x#y', 'https://github.com/a/b.git'],
    ['ssh://git:secret@host.com:2222/a/b.git', 'ssh://git@host.com:2222/a/b.git'],
    ['git:secret@host.com:a/b.git', 'git@host.com:a/b.git'],
    ['git@github.com:a/b.git', 'git@github.com:a/b.git'],
    ['git@host.com:/srv/git/b.git', 'git@host.com:/srv/git/b.git'],
    ['https://host.com/a%20b/c@d.git', 'https://host.com/a%20b/c@d.git'],
    ['C:\\git\\x', 'C:\\git\\x'],
  ];
  for (const [sent, kept] of shown) expect(stripCredentials(sent)).toBe(kept);
});
