import { type Command, Option } from 'commander';
import { API_KEY_SCOPES, type ApiKeyScope } from '../../db/index.ts';
import { createKey } from '../../routers/accounts/keys/create.ts';
import { listKeys } from '../../routers/accounts/keys/list.ts';
import { revokeKey } from '../../routers/accounts/keys/revoke.ts';
import { CreateKeyInput } from '../../routers/accounts/keys/schemas.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { withAdminContext } from './admin-context.ts';
import type { WithExitCode } from './exit-code.ts';
import { parseCount, parseInput } from './input.ts';
import { jsonOption, type OutputOptions, print, printTable } from './print.ts';
import { getNamedUserId } from './users.ts';

const COLUMNS = [
  'id',
  'name',
  'scopes',
  'username',
  'prefix',
  'created_at',
  'last_used_at',
  'expires_at',
  'revoked_at',
] as const;

interface CreateOptions extends OutputOptions {
  user: string;
  scope: ApiKeyScope[];
  expiresInDays?: string;
}

/** `flashscan key …`. */
export function keyCommands(program: Command, withExitCode: WithExitCode): void {
  const key = program.command('key').description('API keys: list, create, revoke');
  key
    .command('list')
    .description('List API keys, revoked ones too')
    .addOption(jsonOption())
    .action(
      withExitCode(async (options: OutputOptions) => {
        const { api_keys } = await withAdminContext(listKeys);
        printTable(api_keys, COLUMNS, options);
      }),
    );
  key
    .command('create <name>')
    .description('Create an API key; it is shown this once')
    .requiredOption('--user <email-or-username>', 'who owns it')
    .addOption(new Option('--scope <scopes...>', 'what it may do').choices(API_KEY_SCOPES).default(['agent']))
    .option('--expires-in-days <days>', 'after which it stops working; it does not expire unless given')
    .addOption(jsonOption())
    .action(
      withExitCode(async (name: string, { user, scope, expiresInDays, json }: CreateOptions) => {
        const days = expiresInDays === undefined ? null : parseCount('--expires-in-days', expiresInDays);
        const input = parseInput(CreateKeyInput, {
          name,
          scopes: scope,
          user_id: user,
          expires_in_days: days,
        });
        const created = await withAdminContext((ctx) => {
          getNamedUserId(ctx.db, user);
          return createKey(ctx, input);
        });
        print(created, { json });
      }),
    );
  key
    .command('revoke <id>')
    .description('Revoke an API key')
    .addOption(jsonOption())
    .action(withExitCode(runRevoke));
}

async function runRevoke(text: string, options: OutputOptions): Promise<void> {
  const id = parseCount('the id of a key', text);
  try {
    await withAdminContext((ctx) => revokeKey(ctx, { id }));
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NOT_FOUND')
      throw new Error(`there is no API key ${id}, or it is revoked already; flashscan key list shows them`);
    throw error;
  }
  print({ id, revoked: true }, options);
}
