import type { Command } from 'commander';
import { dataDirectoryOf } from '../connection/settings.ts';
import { type Run, verb } from '../session.ts';
import { createProgress } from '../terminal/progress.ts';
import { masterKeyOf } from './backup.ts';
import { failBackup, showProgress, summaryText } from './backup-failure.ts';

interface RestoreOptions {
  readonly dataDir?: string;
  readonly keys?: string;
  readonly masterKey?: string;
}

/** `restore`: a backup becomes the ledger of an empty data directory, after every event of it was read. */
export function addRestore(program: Command, run: Run): void {
  program
    .command('restore')
    .argument('<file>', 'backup of a ledger')
    .description('make a verified backup the ledger of a new or empty data directory')
    .option('--data-dir <directory>', 'default COUNTERSIGN_DATA_DIR or .countersign')
    .option('--keys <file>', 'put this copy of the key vault there too, with its master key')
    .option('--master-key <file>', 'master key of the key vault; default COUNTERSIGN_MASTER_KEY_FILE')
    .action(
      verb<RestoreOptions, [string]>(run, async ({ io, out }, options, file) => {
        const directory = options.dataDir ?? dataDirectoryOf(io.env);
        const { keys } = options;
        const masterKey = masterKeyOf(options, io.env, directory);
        const vault = await import('./key-vault-copy.ts');
        if (keys !== undefined) await vault.checkKeyVault(keys, masterKey);
        const { isBackupError, restoreBackup } = await import('@countersign/event-store-sqlite');
        const progress = createProgress(io);
        const summary = await restoreBackup(file, directory, showProgress(progress));
        await progress.end();
        if (isBackupError(summary)) failBackup(summary);
        if (keys !== undefined) vault.placeKeyVault(keys, masterKey, directory);
        await out.result(
          { ...summary, keys: keys !== undefined },
          (paint) => `${paint.green('restored')} ${directory}: ${summaryText(summary)}`,
        );
        await out.note(
          keys === undefined
            ? 'put keys.sqlite and master.key of the same installation there: it does not start without them'
            : 'the key vault is in its place',
        );
        await out.note('keys that were given out before the backup hold again; no backup has owner.key');
      }),
    );
}
