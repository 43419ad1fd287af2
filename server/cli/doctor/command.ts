import type { Command } from 'commander';
import { readEnv } from '../../process/env.ts';
import { createProgress } from '../../process/progress.ts';
import type { WithExitCode } from '../exit-code.ts';
import { jsonOption, type OutputOptions, print, printTable } from '../print.ts';

/** `flashscan doctor`: exit code 1 when a check fails. */
export function doctorCommand(program: Command, withExitCode: WithExitCode): void {
  program
    .command('doctor')
    .description(
      'Look whether all that the product needs is there and whole, and say what to do where it is not',
    )
    .addOption(jsonOption())
    .action(
      withExitCode(async (options: OutputOptions) => {
        const { runChecks } = await import('./run-checks.ts');
        const progress = createProgress('Checking');
        const findings = await runChecks(readEnv(), progress.update).finally(progress.stop);
        const failed = findings.some(({ state }) => state === 'fail');
        if (options.json) print({ ok: !failed, findings }, options);
        else {
          printTable(findings, ['check', 'state', 'found']);
          const advised = findings.filter(({ advice }) => advice !== undefined);
          if (advised.length > 0) process.stdout.write('\nWhat to do:\n');
          for (const { check, advice } of advised) process.stdout.write(`  ${check}: ${advice}\n`);
        }
        if (failed) process.exitCode = 1;
      }),
    );
}
