import { type Command, Option } from 'commander';
import { readEnv } from '../process/env.ts';
import { assertFolders } from '../process/preflight.ts';
import { assertDatabaseExists } from './database-exists.ts';
import type { WithExitCode } from './exit-code.ts';
import { languageOfLocale } from './locale.ts';

/** `flashscan mcp`. */
export function mcpCommand(program: Command, withExitCode: WithExitCode): void {
  program
    .command('mcp')
    .description(
      'Serve the Model Context Protocol on standard input and output, for assistants on this machine (DATA_DIR …)',
    )
    .addOption(
      new Option(
        '--token <token>',
        'an API key or an access token; without it, what guests may do. Others on this machine see an option, and not FLASHSCAN_TOKEN',
      ).env('FLASHSCAN_TOKEN'),
    )
    .action(
      withExitCode(async ({ token }: { token?: string }) => {
        const env = readEnv();
        assertDatabaseExists(env);
        assertFolders(env);
        const { serveMcp } = await import('./mcp.ts');
        await serveMcp(env, { token, language: languageOfLocale(process.env) });
      }),
    );
}
