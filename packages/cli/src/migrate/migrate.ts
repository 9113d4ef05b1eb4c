import { join } from 'node:path';
import type { Command } from 'commander';
import { masterKeyOf } from '../ledger/backup.ts';
import { type Run, verb } from '../session.ts';
import { createProgress } from '../terminal/progress.ts';
import type { Migrated } from './migrate-ledger.ts';

interface MigrateOptions {
  readonly eventstore: string;
  readonly vault: string;
  readonly keys?: string;
  readonly masterKey?: string;
}

/** `migrate`: an embedded ledger with its keys becomes the ledger of a cluster. */
export function addMigrate(program: Command, run: Run): void {
  program
    .command('migrate')
    .argument('<source>', 'data directory of a stopped installation, or a backup')
    .description('copy an embedded ledger with its keys into EventStoreDB, and compare both')
    .requiredOption('--eventstore <url>', 'where to: empty, or with a part of the same copy; esdb://…')
    .requiredOption('--vault <directory>', 'for audit-projector: gets keys.sqlite and master.key')
    .option('--keys <file>', 'key vault; default keys.sqlite of the source')
    .option(
      '--master-key <file>',
      'of the key vault; default COUNTERSIGN_MASTER_KEY_FILE or master.key of the source',
    )
    .action(
      verb<MigrateOptions, [string]>(run, async ({ io, out }, options, source) => {
        const { eventstore, vault } = options;
        const keys = {
          vault: options.keys ?? join(source, 'keys.sqlite'),
          masterKey: masterKeyOf(options, io.env, source),
        };
        const { migrateLedger } = await import('./migrate-ledger.ts');
        const done = await migrateLedger({ source, keys, eventstore, vault }, createProgress(io));
        await out.result(answerOf(done), (paint) => `${paint.green('equal')} ${textOf(done)}`);
        await out.note(
          'start the cluster with the master.key of this vault; cursors of before do not hold there',
        );
      }),
    );
}

function answerOf({ present, copied, compared, keys, parked, relaysFrom }: Migrated): object {
  const { source, target } = compared;
  return { source, target, present, copied, keys, parked, relays_from: String(relaysFrom) };
}

function textOf({ compared: { source, target }, present, copied, keys, parked }: Migrated): string {
  return [
    `${target.events} events in ${target.streams} streams, ${copied} copied now, ${present} before`,
    `keys: ${keys.live} live, ${keys.destroyed} destroyed; parked events: ${parked}`,
    `source digest ${source.digest}`,
    `target digest ${target.digest}`,
  ].join('\n');
}
