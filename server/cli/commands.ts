import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { closeDatabase } from '../../db/index.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { EnvError, readEnv, resolveInPackage } from '../process/env.ts';
import { openProductDatabase } from '../process/open-database.ts';
import { webhookSecret } from '../process/webhook-secret.ts';
import { keyCommands, userCommands } from './accounts.ts';
import { agentCommand } from './agent.ts';
import { backupCommands } from './backups.ts';
import { doctorCommand } from './doctor/command.ts';
import { scanCommand } from './scan.ts';
import { seedCommand } from './seed.ts';

/** The command line. Exit codes: 0 done, 1 it failed, 2 the call or a variable is wrong. */
export function createCli(): Command {
  const { version } = JSON.parse(readFileSync(resolveInPackage('package.json'), 'utf8'));
  const program = new Command('flashscan')
    .description(
      'URL security for QR codes, a security chatbot, and the server of a developer-learning product',
    )
    .version(version)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

  program
    .command('serve')
    .description('Start the server (PORT, HOST, DATA_DIR …)')
    .action(withExitCode(serve));
  program
    .command('migrate')
    .description('Bring the tables up to date; a database with data is backed up first')
    .action(withExitCode(migrate));
  program
    .command('secret')
    .description('Print what webhooks are signed with')
    .action(withExitCode(async () => void process.stdout.write(`${webhookSecret(readEnv())}\n`)));
  program.command('openapi').description('Print the OpenAPI document').action(withExitCode(openapi));
  userCommands(program, withExitCode);
  keyCommands(program, withExitCode);
  backupCommands(program, withExitCode, version);
  seedCommand(program, withExitCode);
  scanCommand(program, withExitCode);
  agentCommand(program, withExitCode, version);
  doctorCommand(program, withExitCode);
  return program;
}

export type WithExitCode = typeof withExitCode;

/** Turns what a command throws into one sentence and an exit code. */
function withExitCode<A extends unknown[]>(
  action: (...args: A) => Promise<void>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      await action(...args);
    } catch (error) {
      process.stderr.write(`flashscan: ${formatError(error)}\n`);
      process.exitCode = error instanceof EnvError ? 2 : 1;
    }
  };
}

function formatError(error: unknown): string {
  if (error instanceof ApiError) {
    const issues = error.issues('en')?.map(({ path, message }) => `${path}: ${message}`) ?? [];
    return [error.sentence('en'), ...issues].join('\n  ');
  }
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as Error & { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken; set PORT to another`;
  return error.message;
}

async function serve(): Promise<void> {
  const env = readEnv();
  // Other commands don't wait for what only the server needs.
  if (env.WORKERS > 1) {
    if (cluster.isPrimary) return (await import('../process/workers.ts')).superviseWorkers(env);
    return (await import('../process/worker.ts')).serveAsWorker(env);
  }
  const { start } = await import('../process/main.ts');
  const running = await start(env);
  let stopping = false;
  const stop = () => {
    // A second signal does not wait for anything.
    if (stopping) process.exit(1);
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

async function migrate(): Promise<void> {
  const env = readEnv();
  closeDatabase(openProductDatabase(env));
  process.stdout.write(`${env.database_file} is up to date\n`);
}

async function openapi(): Promise<void> {
  const { documentText } = await import('../http/openapi-file.ts');
  process.stdout.write(documentText());
}

export const jsonOption = () => new Option('--json', 'print JSON instead of a table');
