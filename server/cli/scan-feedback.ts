import type { Command } from 'commander';
import { listConfirmedUrls } from '../../routers/safety/scan/export-feedback.ts';
import { withAdminContext } from './admin-context.ts';
import { UsageError, type WithExitCode } from './exit-code.ts';

/** `flashscan scan feedback --export`: reports of wrong verdicts that an administrator confirmed, as training rows. */
export function scanFeedbackCommand(scan: Command, withExitCode: WithExitCode): void {
  scan
    .command('feedback')
    .description('Print confirmed reports of wrong verdicts as CSV: url, label (1 malicious), source')
    .option('--export', 'required: says that addresses leave the database')
    .action(
      withExitCode(async (options: { export?: boolean }) => {
        if (!options.export) throw new UsageError('scan feedback needs --export');
        const rows = await withAdminContext(({ db }) => listConfirmedUrls(db));
        const lines = rows.map(
          ({ url, label, source }) => `"${url.replaceAll('"', '""')}",${label},${source}\n`,
        );
        process.stdout.write(`url,label,source\n${lines.join('')}`);
      }),
    );
}
