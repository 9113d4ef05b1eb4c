import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fail } from '../cli-error.ts';
import { dataDirectoryOf } from '../connection/settings.ts';
import { EXIT } from '../exit-code.ts';
import { type Run, verb } from '../session.ts';
import { createProgress } from '../terminal/progress.ts';
import { failBackup, showProgress, summaryText } from './backup-failure.ts';

interface BackupOptions {
  readonly dataDir?: string;
  readonly keys?: string;
  readonly masterKey?: string;
}

/** `backup`: the ledger into one verified file, and the key vault into another if it is asked for. */
export function addBackup(program: Command, run: Run): void {
  program
    .command('backup')
    .argument('<file>', 'new file for the ledger')
    .description('copy the ledger into one verified file, while it runs or not')
    .option('--data-dir <directory>', 'of the installation; default COUNTERSIGN_DATA_DIR or .countersign')
    .option('--keys <file>', 'copy the key vault too, into this new file; keep it apart from the ledger')
    .option(
      '--master-key <file>',
      'of the key vault; default COUNTERSIGN_MASTER_KEY_FILE or master.key of the data directory',
    )
    .action(
      verb<BackupOptions, [string]>(run, async ({ io, out }, options, file) => {
        const directory = options.dataDir ?? dataDirectoryOf(io.env);
        const ledger = await import('@countersign/event-store-sqlite');
        if (!existsSync(ledger.ledgerFile(directory))) noLedger(directory);
        const progress = createProgress(io);
        const summary = await ledger.backupLedger(directory, file, showProgress(progress));
        await progress.end();
        if (ledger.isBackupError(summary)) failBackup(summary);
        // The keys come after the ledger: every field in the copy of the ledger then has its key in the copy of the vault.
        if (options.keys !== undefined) {
          const { copyKeyVault, keyVaultFile } = await import('./key-vault-copy.ts');
          await copyKeyVault(keyVaultFile(directory), masterKeyOf(options, io.env, directory), options.keys);
        }
        await out.result({ ...summary, keys: options.keys ?? null }, (paint) =>
          [
            `${paint.green('verified')} ${file}: ${summaryText(summary)}`,
            ...(options.keys === undefined
              ? []
              : [`${paint.green('verified')} ${options.keys}: the key vault`]),
          ].join('\n'),
        );
        if (options.keys === undefined) {
          await out.note('a restored ledger does not start without its key vault (--keys) and master key');
        }
      }),
    );
}

/** The master key that is meant where none is named. */
export function masterKeyOf(
  { masterKey }: { readonly masterKey?: string },
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): string {
  return masterKey ?? (env.COUNTERSIGN_MASTER_KEY_FILE?.trim() || join(directory, 'master.key'));
}

function noLedger(directory: string): never {
  return fail({
    exitCode: EXIT.usage,
    code: 'no_ledger',
    detail: `there is no ledger in ${directory}`,
    remedy: 'name the data directory with --data-dir or COUNTERSIGN_DATA_DIR',
  });
}
