import type { Command } from 'commander';
import { readEnv } from '../process/env.ts';
import { assertFolders } from '../process/preflight.ts';
import { createCommandLog } from '../process/process-log.ts';
import { createProgress } from '../process/progress.ts';
import type { WithExitCode } from './exit-code.ts';
import { jsonOption, type OutputOptions, print } from './print.ts';

export function seedCommand(program: Command, withExitCode: WithExitCode): void {
  program
    .command('seed')
    .description(
      'Make a demo user with a project, jobs, scans, chats and quizzes; again, it adds what is missing',
    )
    .requiredOption('--demo', 'required, because demo data does not belong in a product that people use')
    .addOption(jsonOption())
    .action(
      withExitCode(async (options: OutputOptions) => {
        const [{ closeDeps, openDeps }, { seedDemo }] = await Promise.all([
          import('../process/deps.ts'),
          import('./demo.ts'),
        ]);
        const env = readEnv();
        assertFolders(env);
        const deps = await openDeps(env, createCommandLog());
        const progress = createProgress('Making the demo');
        try {
          const { password, made, ...user } = await seedDemo(deps).finally(progress.stop);
          print({ ...user, ...(password ? { password } : {}), made }, options);
        } finally {
          await closeDeps(deps);
        }
      }),
    );
}
