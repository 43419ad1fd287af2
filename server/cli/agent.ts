import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { WithExitCode } from './exit-code.ts';
import { languageOfLocale } from './locale.ts';

/**
 * `flashscan agent`: does the jobs of a server on this machine's repositories. It is connected only by the server's
 * URL.
 */
export function agentCommand(program: Command, withExitCode: WithExitCode, version: string): void {
  program
    .command('agent')
    .description(
      'Work on Git repositories of this machine for a server: scans, analyses, README, commit messages, code',
    )
    .addOption(new Option('--url <url>', 'the server').env('FLASHSCAN_URL').default('http://127.0.0.1:5000'))
    .addOption(
      new Option(
        '--token <token>',
        'an API key with scope agent, or an access token; others on this machine see an option, and not FLASHSCAN_TOKEN',
      ).env('FLASHSCAN_TOKEN'),
    )
    .option('--repo <folders...>', 'the repositories', ['.'])
    .option('--agent-id <name>', 'what it calls itself; made of the machine and the folders unless given')
    .option(
      '--allow-commit',
      'commit_generation may commit; without it nothing in a repository is ever changed',
    )
    .addOption(new Option('--ollama-host <url>').env('OLLAMA_HOST').default('http://127.0.0.1:11434'))
    .addOption(
      new Option('--ollama-model <name>', 'the first that is there unless given').env('OLLAMA_MODEL'),
    )
    .option('--heartbeat <seconds>', 'between signs of life, 5 to 300', parseSeconds, 15)
    .option('--once', 'end when there is nothing to do')
    .action(
      withExitCode(async (options: AgentCommandOptions) => {
        const { runAgent } = await import('../../clients/agent/run.ts');
        const controller = new AbortController();
        const stop = () => {
          if (controller.signal.aborted) process.exit(1);
          controller.abort();
        };
        process.on('SIGINT', stop).on('SIGTERM', stop);
        const log = (sentence: string) => {
          process.stderr.write(`${new Date().toISOString().slice(0, 19)}Z ${sentence}\n`);
        };
        const agentOptions = {
          url: options.url,
          token: options.token,
          language: languageOfLocale(process.env),
          repos: options.repo,
          agent_id: options.agentId ?? toDefaultAgentId(options.repo),
          agent_version: version,
          allow_commit: options.allowCommit ?? false,
          ollama: { host: options.ollamaHost, model: options.ollamaModel },
          heartbeat_seconds: options.heartbeat,
          once: options.once ?? false,
        };
        await runAgent(agentOptions, controller.signal, log).catch((error) => {
          if (!controller.signal.aborted) throw error;
        });
        log(controller.signal.aborted ? 'stopped' : 'nothing left to do');
      }),
    );
}

interface AgentCommandOptions {
  url: string;
  token?: string;
  repo: string[];
  agentId?: string;
  allowCommit?: boolean;
  ollamaHost: string;
  ollamaModel?: string;
  heartbeat: number;
  once?: boolean;
}

/** The default agent id. It is the same at every start, so that the server recognizes the agent. */
function toDefaultAgentId(folders: readonly string[]): string {
  const folderList = folders.map((folder) => path.resolve(folder)).join('\n');
  return `${hostname()}-${createHash('sha256').update(folderList).digest('hex').slice(0, 8)}`;
}

function parseSeconds(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 5 || number > 300) throw new InvalidArgumentError('5 to 300');
  return number;
}
