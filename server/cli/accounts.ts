import { Argument, type Command, Option } from 'commander';
import type { z } from 'zod';
import type { ApiKeyScope } from '../../db/index.ts';
import { createKey } from '../../routers/accounts/keys/create.ts';
import { listKeys } from '../../routers/accounts/keys/list.ts';
import { revokeKey } from '../../routers/accounts/keys/revoke.ts';
import { lockUser, setRole, unlockUser } from '../../routers/accounts/users/change.ts';
import { addUser, resetPassword } from '../../routers/accounts/users/password.ts';
import {
  type AdminUser,
  CreateUserInput,
  ListUsersInput,
  PasswordInput,
} from '../../routers/accounts/users/schemas.ts';
import { getUserIdByName, listUsers } from '../../routers/accounts/users/user.ts';
import { localizeIssues } from '../../routers/core/validation-issues.ts';
import { withAdminContext } from './admin-context.ts';
import { jsonOption, type WithExitCode } from './commands.ts';
import { print, printTable } from './print.ts';
import { readStandardInput } from './standard-input.ts';

const SCOPES: ApiKeyScope[] = ['agent', 'llm', 'events', 'gami'];
const COLUMNS: (keyof AdminUser)[] = [
  'id',
  'user_id',
  'username',
  'email',
  'role',
  'locked_at',
  'last_seen_at',
];

interface ListOptions {
  search?: string;
  role?: 'user' | 'admin';
  locked?: boolean;
  limit?: string;
  offset?: string;
  json?: boolean;
}

export function userCommands(program: Command, guarded: WithExitCode): void {
  const user = program.command('user').description('Users: list, create, role, password, lock, unlock');
  user
    .command('list')
    .description('Users, newest first')
    .option('--search <text>', 'part of an e-mail, username, nickname or user id')
    .addOption(new Option('--role <role>').choices(['user', 'admin']))
    .option('--locked', 'only those locked out')
    .option('--limit <n>', 'at most so many, up to 100')
    .option('--offset <n>', 'skip so many')
    .addOption(jsonOption())
    .action(
      guarded(async ({ limit, offset, json, ...wanted }: ListOptions) => {
        const page = { limit: numberOf(limit), offset: numberOf(offset) };
        const input = checked(ListUsersInput, { ...wanted, ...page });
        const { users } = await withAdminContext((ctx) => listUsers(ctx, input));
        printTable(users, COLUMNS, { json });
      }),
    );

  user
    .command('create <email>')
    .description('Make a user')
    .option('--username <name>', 'the part before @ unless given')
    .option('--admin', 'with role admin')
    .addOption(passwordOption())
    .action(
      guarded(async (email: string, options: { username?: string; admin?: boolean; password?: string }) => {
        const { username, admin } = options;
        const password = await given(options.password);
        const input = checked(CreateUserInput, { email, username, password, role: admin ? 'admin' : 'user' });
        const made = await withAdminContext((ctx) => addUser(ctx, input));
        print({
          user_id: made.user_id,
          username: made.username,
          email: made.email,
          role: made.role,
          ...told(made),
        });
      }),
    );

  user
    .command('role <email-or-username>')
    .description('Change the role of a user')
    .addArgument(new Argument('<role>').choices(['user', 'admin']))
    .action(
      guarded(async (name: string, role: 'user' | 'admin') => {
        const row = await withAdminContext((ctx) =>
          setRole(ctx, { id: getUserIdByName(ctx.db, name), role }),
        );
        print({ user_id: row.user_id, role: row.role });
      }),
    );

  user
    .command('password <email-or-username>')
    .description('Set a new password; every session of the user ends')
    .addOption(passwordOption())
    .action(
      guarded(async (name: string, options: { password?: string }) => {
        const { password } = checked(PasswordInput, { password: await given(options.password) });
        const made = await withAdminContext((ctx) =>
          resetPassword(ctx, { id: getUserIdByName(ctx.db, name), password }),
        );
        print({ user_id: made.user_id, ...told(made) });
      }),
    );

  for (const [command, description, verb] of [
    ['lock', 'Lock a user out: sessions end, keys do nothing', lockUser],
    ['unlock', 'Let a user in again', unlockUser],
  ] as const) {
    user
      .command(`${command} <email-or-username>`)
      .description(description)
      .action(
        guarded(async (name: string) => {
          const row = await withAdminContext((ctx) => verb(ctx, { id: getUserIdByName(ctx.db, name) }));
          print({ user_id: row.user_id, locked_at: row.locked_at });
        }),
      );
  }
}

export function keyCommands(program: Command, guarded: WithExitCode): void {
  const key = program.command('key').description('API keys: list, create, revoke');
  key
    .command('list')
    .description('Every key there is or was')
    .addOption(jsonOption())
    .action(
      guarded(async (options: { json?: boolean }) => {
        const { api_keys } = await withAdminContext(listKeys);
        const columns = [
          'id',
          'name',
          'scopes',
          'username',
          'created_at',
          'last_used_at',
          'revoked_at',
        ] as const;
        printTable(api_keys, columns, options);
      }),
    );

  key
    .command('create <name>')
    .description('Make an API key; it is shown this once')
    .requiredOption('--user <email-or-username>', 'who owns it')
    .addOption(new Option('--scope <scopes...>', 'what it may do').choices(SCOPES).default(['agent']))
    .action(
      guarded(async (name: string, { user, scope }: { user: string; scope: ApiKeyScope[] }) => {
        print(await withAdminContext((ctx) => createKey(ctx, { name, scopes: scope, user_id: user })));
      }),
    );

  key
    .command('revoke <id>')
    .description('Revoke an API key')
    .action(
      guarded(async (id: string) => {
        await withAdminContext((ctx) => revokeKey(ctx, { id: Number(id) }));
        print({ id: Number(id), revoked: true });
      }),
    );
}

const passwordOption = () =>
  new Option('--password <password>', 'made up and printed when left out; - reads it from standard input');

async function given(option: string | undefined): Promise<string | undefined> {
  return option === '-' ? (await readStandardInput()).trim() : option;
}

/** A password that was made up. */
function told({ password }: { password: string | null }): { password?: string } {
  return password === null ? {} : { password };
}

function numberOf(option: string | undefined): number | undefined {
  return option === undefined ? undefined : Number(option);
}

/** What the operation would take; throws a sentence that names the field. */
function checked<S extends z.ZodType>(shape: S, input: z.input<S>): z.output<S> {
  const { success, data, error } = shape.safeParse(input);
  if (success) return data;
  const issues = localizeIssues(error, input, 'en').map(({ path, message }) => `${path}: ${message}`);
  throw new Error(issues.join('\n  '));
}
