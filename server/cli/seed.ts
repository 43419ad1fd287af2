import type { Command } from 'commander';
import { readEnv } from '../process/env.ts';
import { jsonOption, type WithExitCode } from './commands.ts';
import { print } from './print.ts';

export function seedCommand(program: Command, guarded: WithExitCode): void {
  program
    .command('seed')
    .description(
      'Make a demo user with a project, jobs, scans, chats and quizzes; again, it adds what is missing',
    )
    .requiredOption('--demo', 'said, because it belongs in no product that people use')
    .addOption(jsonOption())
    .action(
      guarded(async (options: { json?: boolean }) => {
        const [{ closeDeps: closeParts, openDeps: openParts }, { seedDemo }] = await Promise.all([
          import('../process/main.ts'),
          import('./demo.ts'),
        ]);
        const deps = await openParts({ ...readEnv(), LOG_LEVEL: 'error' });
        try {
          const { password, made, ...user } = await seedDemo(deps);
          print(
            { ...user, ...(password ? { password } : {}), made: made.join(', ') || 'nothing new' },
            options,
          );
        } finally {
          await closeParts(deps);
        }
      }),
    );
}
