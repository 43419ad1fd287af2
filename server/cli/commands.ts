import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { closeDatabase } from '../../db/index.ts';
import { readEnv, resolveInPackage } from '../process/env.ts';
import { openProductDatabase } from '../process/open-database.ts';
import { assertFolders } from '../process/preflight.ts';
import { webhookSecret } from '../process/webhook-secret.ts';
import { agentCommand } from './agent.ts';
import { backupCommands } from './backups.ts';
import { assertDatabaseExists } from './database-exists.ts';
import { doctorCommand } from './doctor/command.ts';
import { evalCommand } from './eval.ts';
import { withExitCode } from './exit-code.ts';
import { feedCommands } from './feeds.ts';
import { keyCommands } from './keys.ts';
import { mcpCommand } from './mcp-command.ts';
import { scanCommand } from './scan.ts';
import { seedCommand } from './seed.ts';
import { serve } from './serve.ts';
import { userCommands } from './users.ts';

/** The command line. Exit codes: 0 success, 1 failure, 2 wrong arguments, variables or folders. */
export function createCli(): Command {
  const { version } = JSON.parse(readFileSync(resolveInPackage('package.json'), 'utf8'));
  const program = new Command('flashscan')
    .description(
      'URL security for QR codes, a security chatbot, and the server of a developer-learning product',
    )
    .version(version)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(toErrorText(text)) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

  program
    .command('serve')
    .description('Start the server (PORT, HOST, DATA_DIR …; also from .env)')
    .action(withExitCode(() => serve(version)));
  program
    .command('migrate')
    .description('Bring the tables up to date; a database with data is backed up first')
    .action(withExitCode(migrate));
  program
    .command('secret')
    .description('Print what webhooks are signed with')
    .action(withExitCode(printSecret));
  program.command('openapi').description('Print the OpenAPI document').action(withExitCode(openapi));
  userCommands(program, withExitCode);
  keyCommands(program, withExitCode);
  feedCommands(program, withExitCode);
  backupCommands(program, withExitCode, version);
  seedCommand(program, withExitCode);
  scanCommand(program, withExitCode);
  evalCommand(program, withExitCode);
  agentCommand(program, withExitCode, version);
  mcpCommand(program, withExitCode);
  doctorCommand(program, withExitCode);
  return program;
}

/** Formats Commander's own errors like all others. */
function toErrorText(text: string): string {
  return text.replace(/^error: /, 'flashscan: ').replace('command-argument value', 'value');
}

async function migrate(): Promise<void> {
  const env = readEnv();
  assertFolders(env);
  closeDatabase(openProductDatabase(env));
  process.stdout.write(`${env.database_file} is up to date\n`);
}

async function printSecret(): Promise<void> {
  const env = readEnv();
  if (env.WEBHOOK_SECRET === undefined) assertDatabaseExists(env);
  process.stdout.write(`${webhookSecret(env)}\n`);
}

async function openapi(): Promise<void> {
  const { documentText } = await import('../http/openapi-file.ts');
  process.stdout.write(documentText());
}
