import { Argument, type Command, Option } from 'commander';
import type { Db } from '../../db/index.ts';
import { lockUser, setRole, unlockUser } from '../../routers/accounts/users/change.ts';
import { addUser, resetPassword } from '../../routers/accounts/users/password.ts';
import {
  type AdminUser,
  CreateUserInput,
  ListUsersInput,
  PasswordInput,
} from '../../routers/accounts/users/schemas.ts';
import { getUserIdByName, listUsers } from '../../routers/accounts/users/user.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { withAdminContext } from './admin-context.ts';
import type { WithExitCode } from './exit-code.ts';
import { parseCount, parseInput, readPassword } from './input.ts';
import { jsonOption, type OutputOptions, print, printTable } from './print.ts';

const COLUMNS: (keyof AdminUser)[] = [
  'id',
  'user_id',
  'username',
  'email',
  'role',
  'locked_at',
  'last_seen_at',
];

interface ListOptions extends OutputOptions {
  search?: string;
  role?: 'user' | 'admin';
  locked?: boolean;
  limit?: string;
  offset?: string;
}

interface CreateOptions extends OutputOptions {
  username?: string;
  admin?: boolean;
  password?: string;
}

/** `flashscan user …`. */
export function userCommands(program: Command, withExitCode: WithExitCode): void {
  const user = program.command('user').description('Users: list, create, role, password, lock, unlock');
  user
    .command('list')
    .description('List users, newest first')
    .option('--search <text>', 'part of an e-mail, username, nickname or user id')
    .addOption(new Option('--role <role>').choices(['user', 'admin']))
    .option('--locked', 'only locked users')
    .option('--limit <n>', 'at most so many, up to 100')
    .option('--offset <n>', 'skip so many')
    .addOption(jsonOption())
    .action(withExitCode(printUsers));
  user
    .command('create <email>')
    .description('Create a user')
    .option('--username <name>', 'the part before @ unless given')
    .option('--admin', 'with role admin')
    .addOption(passwordOption())
    .addOption(jsonOption())
    .action(withExitCode(createUserFromOptions));
  user
    .command('role <email-or-username>')
    .description('Change the role of a user')
    .addArgument(new Argument('<role>').choices(['user', 'admin']))
    .addOption(jsonOption())
    .action(
      withExitCode(async (name: string, role: 'user' | 'admin', options: OutputOptions) => {
        const changed = await withAdminContext((ctx) =>
          setRole(ctx, { id: getNamedUserId(ctx.db, name), role }),
        );
        print({ user_id: changed.user_id, role: changed.role }, options);
      }),
    );
  user
    .command('password <email-or-username>')
    .description('Set a new password; every session of the user ends')
    .addOption(passwordOption())
    .addOption(jsonOption())
    .action(
      withExitCode(async (name: string, options: OutputOptions & { password?: string }) => {
        const { password } = parseInput(PasswordInput, { password: await readPassword(options.password) });
        const reset = await withAdminContext((ctx) =>
          resetPassword(ctx, { id: getNamedUserId(ctx.db, name), password }),
        );
        print({ user_id: reset.user_id, ...generatedPassword(reset) }, options);
      }),
    );
  lockCommand(user, withExitCode, ['lock', 'Lock a user: sessions end and keys stop working', lockUser]);
  lockCommand(user, withExitCode, ['unlock', 'Unlock a user', unlockUser]);
}

async function printUsers({ limit, offset, json, ...filters }: ListOptions): Promise<void> {
  const page = {
    limit: limit === undefined ? undefined : parseCount('--limit', limit),
    offset: offset === undefined ? undefined : parseCount('--offset', offset),
  };
  const input = parseInput(ListUsersInput, { ...filters, ...page });
  const { users } = await withAdminContext((ctx) => listUsers(ctx, input));
  printTable(users, COLUMNS, { json });
}

async function createUserFromOptions(email: string, options: CreateOptions): Promise<void> {
  const { username, admin } = options;
  const password = await readPassword(options.password);
  const input = parseInput(CreateUserInput, { email, username, password, role: admin ? 'admin' : 'user' });
  const user = await withAdminContext((ctx) => addUser(ctx, input), { create: true });
  print(
    {
      user_id: user.user_id,
      username: user.username,
      email: user.email,
      role: user.role,
      ...generatedPassword(user),
    },
    options,
  );
}

function lockCommand(
  user: Command,
  withExitCode: WithExitCode,
  [name, description, verb]: [name: string, description: string, verb: typeof lockUser],
): void {
  user
    .command(`${name} <email-or-username>`)
    .description(description)
    .addOption(jsonOption())
    .action(
      withExitCode(async (nameOrEmail: string, options: OutputOptions) => {
        const { user_id, locked_at } = await withAdminContext((ctx) =>
          verb(ctx, { id: getNamedUserId(ctx.db, nameOrEmail) }),
        );
        print({ user_id, locked_at }, options);
      }),
    );
}

const passwordOption = () =>
  new Option('--password <password>', 'made up and printed when left out; - reads it from standard input');

/** Throws a sentence with the name when there is no such user. */
export function getNamedUserId(db: Db, name: string): number {
  try {
    return getUserIdByName(db, name);
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NOT_FOUND')
      throw new Error(`there is no user "${name}"; flashscan user list shows them`);
    throw error;
  }
}

/** A password is printed only when it was made up. */
function generatedPassword({ password }: { password: string | null }): { password?: string } {
  return password === null ? {} : { password };
}
