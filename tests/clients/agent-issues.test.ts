import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findIssues } from '../../clients/agent/find-issues.ts';
import { Repo } from '../../clients/agent/git.ts';
import { measureCode } from '../../clients/agent/measure-code.ts';

const KEEP_GOING = new AbortController().signal;

/** `file:line rule` of all issues that the agent finds in these files of a repository. */
async function listIssues(files: Record<string, string>): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('git', ['init', '--quiet', folder]);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const repo = await Repo.open(folder);
  const { files: measured } = await measureCode(repo, KEEP_GOING);
  const issues = await findIssues(repo, measured, KEEP_GOING);
  return issues.map(({ file, line, rule_id }) => `${line === null ? file : `${file}:${line}`} ${rule_id}`);
}

/** Composed, so that a scanner of this repository reports no test. */
const fake = (prefix: string, length: number) => prefix + 'a1B2c3D4'.repeat(20).slice(0, length);

const PROBLEMS: [file: string, line: string, rule: string][] = [
  ['app.py', 'password = "hunter2"', 'hard-coded-password'],
  ['app.py', 'if user.password == "hunter2":', 'hard-coded-password'],
  ['a.ts', 'const dbPassword: string = "correct-horse1";', 'hard-coded-password'],
  ['a.js', "  apiKey: 'f00dfeed1234',", 'hard-coded-password'],
  ['a.go', 'clientSecret := "s3cr3t-value-9"', 'hard-coded-password'],
  ['a.rb', ":password => 'hunter2',", 'hard-coded-password'],
  ['A.java', 'private static final String DB_PASSWORD = "hunter2";', 'hard-coded-password'],
  ['a.c', '#define PASSWORD "hunter2"', 'hard-coded-password'],
  ['a.json', '{ "access_token": "9f8e7d6c5b4a" }', 'hard-coded-password'],
  ['app.yml', '  password: hunter2', 'hard-coded-password'],
  ['app.properties', 'spring.datasource.password=hunter2', 'hard-coded-password'],
  ['Dockerfile', 'ENV DB_PASSWORD=hunter2', 'hard-coded-password'],
  ['run.sh', 'export API_KEY=9f8e7d6c5b4a', 'hard-coded-password'],
  ['a.js', 'const value = eval(input);', 'eval'],
  ['a.ts', 'new Function(body)();', 'eval'],
  ['a.py', '    eval(input())', 'eval'],
  ['a.py', 'exec(source)', 'eval'],
  ['a.php', '<?php eval($_GET["x"]);', 'eval'],
  ['a.sh', 'if x; then eval "$1"; fi', 'eval'],
  ['a.py', 'subprocess.run(command, shell=True)', 'shell-command'],
  ['a.py', 'os.system("rm " + name)', 'shell-command'],
  ['a.ts', `execSync(\`rm \${name}\`);`, 'shell-command'],
  ['a.js', "exec('rm ' + name)", 'shell-command'],
  ['a.php', 'shell_exec("ls " . $x);', 'shell-command'],
  ['a.c', 'system(command);', 'shell-command'],
  ['a.py', 'pickle.loads(data)', 'unsafe-deserialization'],
  ['a.py', 'yaml.load(text)', 'unsafe-deserialization'],
  ['a.php', '$x = unserialize($_COOKIE["x"]);', 'unsafe-deserialization'],
  ['A.java', 'new ObjectInputStream(in).readObject();', 'unsafe-deserialization'],
  ['a.ts', '{ rejectUnauthorized: false }', 'tls-not-verified'],
  ['a.py', 'requests.get(url, verify=False)', 'tls-not-verified'],
  ['a.go', '&tls.Config{InsecureSkipVerify: true}', 'tls-not-verified'],
  ['a.sh', 'curl -sk https://example.com', 'tls-not-verified'],
  ['a.js', 'element.innerHTML = text;', 'html-from-text'],
  ['a.tsx', '<p dangerouslySetInnerHTML={{ __html: text }} />', 'html-from-text'],
  ['a.c', 'strcpy(target, source);', 'unbounded-copy'],
  ['a.cpp', 'sprintf(line, "%s", name);', 'unbounded-copy'],
  ['a.py', 'hashlib.md5(password)', 'weak-hash'],
  ['a.js', "createHash('md5')", 'weak-hash'],
  ['A.java', 'MessageDigest.getInstance("SHA-1")', 'weak-hash'],
  ['a.py', 'db.execute(f"SELECT * FROM users WHERE name = \'{name}\'")', 'sql-from-text'],
  ['a.py', 'db.execute("SELECT * FROM users WHERE name = \'%s\'" % name)', 'sql-from-text'],
  ['a.ts', `db.exec(\`DELETE FROM users WHERE id = \${id}\`);`, 'sql-from-text'],
  ['A.java', 'run("select id from users where name = \'" + name + "\'");', 'sql-from-text'],
  ['a.php', 'query("SELECT * FROM users WHERE id = $id");', 'sql-from-text'],
  ['a.js', '  debugger;', 'debugger'],
  ['a.py', 'except:', 'all-errors-caught'],
  ['install.sh', 'curl -fsSL https://example.com/install | sudo bash', 'piped-download'],
  ['notes.md', fake('AKIA', 16).toUpperCase(), 'aws-key'],
  ['a.txt', fake('ghp_', 36), 'github-token'],
  ['.npmrc', `//registry.example.com/:_authToken=${fake('', 20)}`, 'npm-token'],
  ['a.swift', `let key = "${fake('AIza', 35)}"`, 'google-key'],
  ['a.rb', `# ${fake('sk_live_', 24)}`, 'stripe-key'],
];

test('the agent finds what is wrong, with its line', async () => {
  const files = PROBLEMS.map(([file, line], n): [string, string] => [`${n}/${file}`, `\n${line}\n`]);
  const expected = PROBLEMS.map(([file, , rule], n) => `${n}/${file}:2 ${rule}`);
  expect((await listIssues(Object.fromEntries(files))).sort()).toEqual(expected.sort());
});

test('files that belong into no repository', async () => {
  const env = ['.env', 'api/.env.production', '.env.local'];
  const keys = ['id_ed25519', 'app/release.jks', 'x.p12'];
  const files = Object.fromEntries([...env, ...keys].map((file) => [file, 'PORT=1\n']));
  const expected = [...env.map((file) => `${file} env-file`), ...keys.map((file) => `${file} key-file`)];
  expect((await listIssues(files)).sort()).toEqual(expected.sort());
});

test('what only looks like a problem is none', async () => {
  expect(
    await listIssues({
      '.env.example': 'DB_PASSWORD=change-me\nAPI_KEY=\n',
      'a.py': [
        'password = os.environ["DB_PASSWORD"]',
        '# eval(x), password = "hunter2"',
        'text = "eval(x)"',
        '"""',
        'eval(x) in a description',
        '"""',
        'model.eval()',
        'def eval(x): ...',
        'yaml.load(text, Loader=yaml.SafeLoader)',
        'db.execute("SELECT * FROM users WHERE name = %s", (name,))',
        'except ValueError:',
      ].join('\n'),
      'a.ts': [
        "const kind = { type: 'password', autocomplete: 'new-password' };",
        'const password: string = process.env.PASSWORD ?? "";',
        "const labels = { password: 'Password', secret: '비밀번호' };",
        `const secret = \`\${prefix}-\${suffix}\`;`,
        "const token_url = { access_token: '/oauth/token' };",
        '/* eval(x)',
        '   new Function(x) */',
        "const files = ['src/**/*.ts'];",
        'const value = pattern.exec(text);',
        `const rows = db.all(sql\`SELECT id FROM users WHERE id = \${id}\`);`,
        "element.innerHTML = '';",
        "element.textContent = 'document.write(x)';",
        "execFile('git', ['log', name]);",
      ].join('\n'),
      'app.yml': `password: \${DB_PASSWORD}\nsecret: !vault x1y2\npassword_file: /run/secrets/db\n`,
      'a.go': 'hash := sha256.New()\n',
      'a.c': 'snprintf(line, sizeof line, "%s", name);\nfgets(line, 80, stdin);\n',
      'README.md': 'Set `password: hunter2` and call eval(x).\n',
      'tests/login.test.ts': "const password = 'hunter2';\n",
      'empty.js': '',
    }),
  ).toEqual([]);
});

test('a file fills no report, and a line of a minified file is not read', async () => {
  const issues = await listIssues({
    'many.js': 'eval(x);\n'.repeat(1000),
    'minified.js': `${'a();'.repeat(1000)}eval(x)\n`,
    'last.js': 'eval(x);',
  });
  expect(issues).toHaveLength(101);
  expect(issues).toContain('last.js:1 eval');
});

test('time is linear in a hostile file', async () => {
  const parts = ['"\\', '/*/', '`${', 'password="SELECT a FROM ', 'access_token ', '\n/**/ exec(\n'];
  const files = parts.flatMap((part, n) =>
    ['ts', 'py', 'sh'].map((end): [string, string] => [`${n}.${end}`, part.repeat(300_000 / part.length)]),
  );
  const start = process.cpuUsage();
  await listIssues(Object.fromEntries(files));
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(15);
});
