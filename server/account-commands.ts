import { Argument, type Command, Option } from 'commander';
import { type ApiKeyScope, closeDatabase, type Db } from '../db/index.ts';
import { createApiKey, revokeApiKey } from '../routers/accounts/auth/keys.ts';
import { hashPassword, refuseCommonPassword } from '../routers/accounts/auth/passwords.ts';
import { createUser, setPassword, setRole } from '../routers/accounts/auth/users.ts';
import { ApiError } from '../routers/errors.ts';
import { listKeys } from '../routers/operations/admin/api-keys.ts';
import { type Guarded, jsonOption } from './commands.ts';
import { readEnv } from './env.ts';
import { clock, random } from './nature.ts';
import { print, printTable } from './print.ts';
import { openTables } from './tables.ts';

const SCOPES: ApiKeyScope[] = ['agent', 'llm', 'events', 'gami'];

function withDatabase<T>(work: (db: Db) => T): T {
  const db = openTables(readEnv());
  try {
    return work(db);
  } finally {
    closeDatabase(db);
  }
}

export function userCommands(program: Command, guarded: Guarded): void {
  const user = program.command('user').description('Users: create, role, password');
  const password = () =>
    new Option('--password <password>', 'made up and printed when left out; - reads it from standard input');

  user
    .command('create <email>')
    .description('Make a user')
    .option('--username <name>', 'the part before @ unless given')
    .option('--admin', 'with role admin')
    .addOption(password())
    .action(
      guarded(async (email: string, options: { username?: string; admin?: boolean; password?: string }) => {
        const { password_hash, told } = await newPassword(options.password);
        const row = withDatabase((db) =>
          db.transaction((tx) =>
            createUser(tx, clock, {
              email: checkedEmail(email),
              email_verified: true,
              username: options.username,
              password_hash,
              role: options.admin ? 'admin' : 'user',
            }),
          ),
        );
        print({ user_id: row.user_id, username: row.username, email: row.email, role: row.role, ...told });
      }),
    );

  user
    .command('role <email-or-username>')
    .description('Change the role of a user')
    .addArgument(new Argument('<role>').choices(['user', 'admin']))
    .action(
      guarded(async (name: string, role: 'user' | 'admin') => {
        const row = withDatabase((db) => setRole(db, clock, name, role));
        print({ user_id: row.user_id, role: row.role });
      }),
    );

  user
    .command('password <email-or-username>')
    .description('Set a new password; every session of the user ends')
    .addOption(password())
    .action(
      guarded(async (name: string, options: { password?: string }) => {
        const { password_hash, told } = await newPassword(options.password);
        const row = withDatabase((db) => setPassword(db, clock, name, password_hash));
        print({ user_id: row.user_id, ...told });
      }),
    );
}

export function keyCommands(program: Command, guarded: Guarded): void {
  const key = program.command('key').description('API keys: list, create, revoke');
  key
    .command('list')
    .description('Every key there is or was')
    .addOption(jsonOption())
    .action(
      guarded(async (options: { json?: boolean }) => {
        const { api_keys } = withDatabase((db) => listKeys({ db }));
        printTable(
          api_keys,
          ['id', 'name', 'scopes', 'username', 'created_at', 'last_used_at', 'revoked_at'],
          options,
        );
      }),
    );
  key
    .command('create <name>')
    .description('Make an API key; it is shown this once')
    .requiredOption('--user <email-or-username>', 'who owns it')
    .addOption(new Option('--scope <scopes...>', 'what it may do').choices(SCOPES).default(['agent']))
    .action(
      guarded(async (name: string, options: { user: string; scope: ApiKeyScope[] }) => {
        print(
          withDatabase((db) =>
            createApiKey(db, clock, random, { name, scopes: options.scope, user: options.user }),
          ),
        );
      }),
    );
  key
    .command('revoke <id>')
    .description('Revoke an API key')
    .action(
      guarded(async (id: string) => {
        withDatabase((db) => revokeApiKey(db, clock, Number(id)));
        print({ id: Number(id), revoked: true });
      }),
    );
}

async function newPassword(given: string | undefined) {
  const password =
    given === '-' ? (await readStandardInput()).trim() : (given ?? random.bytes(12).toString('base64url'));
  if (password.length < 8 || password.length > 128) throw new Error('a password has 8 to 128 characters');
  await refuseCommonPassword(password, 'password');
  return { password_hash: await hashPassword(password), told: given === undefined ? { password } : {} };
}

async function readStandardInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

function checkedEmail(email: string): string {
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return email;
  throw new ApiError('INVALID_INPUT', {
    issues: [{ path: 'email', ko: '이메일 주소가 아닙니다', en: 'This is not an e-mail address' }],
  });
}
