import type { KillSwitch, KillSwitchState } from '@countersign/sdk';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { duration, oneOf } from '../input/option-values.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { confirmed } from '../terminal/confirm.ts';
import { record } from '../terminal/record.ts';
import { shown } from '../terminal/shown.ts';
import { engageCommand, targetText } from './engage.ts';

interface OnOptions {
  readonly reason: string;
  /** Milliseconds until it ends by itself. */
  readonly for?: number;
  readonly yes?: boolean;
}

const STATES: readonly KillSwitchState[] = ['engaged', 'effective', 'released', 'expired'];

/** `kill on|off|ls|drill`. */
export function addKill(program: Command, run: Run): void {
  const group = program.command('kill').description('kill switches: refuse before anything else is asked');
  addOn(group, run);
  addOff(group, run);
  addList<KillSwitch, { readonly state?: KillSwitchState }>(group, run, {
    describe: 'list kill switches',
    list: (client, page, { state }) => client.killSwitches.list({ ...page, state }),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      {
        title: 'STATE',
        of: ({ state }) => state,
        paint: (paint, { state }) => (state === 'engaged' || state === 'effective' ? paint.red : paint.dim),
      },
      { title: 'WHAT', of: (killSwitch) => targetText(killSwitch) },
      { title: 'DRILL', of: ({ drill }) => (drill ? 'yes' : 'no') },
      { title: 'BY', of: ({ by }) => `${by.kind}:${by.id}` },
      { title: 'ENGAGED', of: (killSwitch) => killSwitch.engaged_at },
      { title: 'REASON', of: ({ reason }) => shown(reason) },
    ],
  }).option('--state <state>', STATES.join(', '), oneOf(STATES));
  addDrill(group, run);
}

function addOn(group: Command, run: Run): void {
  engageCommand(
    group,
    'on',
    'stop an agent, a tool, a user, an organization, or all; what waits becomes void',
  )
    .option('--for <duration>', 'such as 15m or 2h; default until it is released', duration)
    .option('--yes', 'without a second confirmation')
    .action(
      verb<OnOptions, [KillSwitch['scope'], string | undefined]>(
        run,
        async ({ client, out, io, exitWith }, { reason, for: forMs, yes }, scope, target) => {
          if (yes !== true) await confirmed(io, `Stop ${targetText({ scope, target })} now?`, '--yes');
          const expires_at = forMs === undefined ? undefined : new Date(Date.now() + forMs).toISOString();
          const engaged = await client.killSwitches.engage({ scope, target, reason, expires_at });
          await out.result(engaged, (paint) => record(engaged, paint));
          if (engaged.state === 'engaged') {
            await out.note(
              'engaged, and not yet known to be effective everywhere: look again with `kill ls`',
            );
            exitWith(EXIT.pending);
          }
        },
      ),
    );
}

function addOff(group: Command, run: Run): void {
  group
    .command('off')
    .argument('<id>', 'id of the kill switch')
    .description('release a kill switch; what it voided stays void')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--yes', 'without a second confirmation')
    .action(
      verb<{ readonly reason: string; readonly yes?: boolean }, [string]>(
        run,
        async ({ client, out, io }, { reason, yes }, id) => {
          const standing = await client.killSwitches.get(id);
          if (yes !== true) await confirmed(io, `Let ${targetText(standing)} work again?`, '--yes');
          const released = await client.killSwitches.release(id, { reason });
          await out.result(released, (paint) => record(released, paint));
        },
      ),
    );
}

/** Proves the way of a kill switch, from the ledger's own record, without stopping anybody. */
function addDrill(group: Command, run: Run): void {
  engageCommand(group, 'drill', 'prove that a kill switch would take effect, without stopping work').action(
    verb<{ readonly reason: string }, [KillSwitch['scope'], string | undefined]>(
      run,
      async ({ client, out, exitWith }, { reason }, scope, target) => {
        const engaged = await client.killSwitches.engage({ scope, target, reason, drill: true });
        const released = await client.killSwitches.release(engaged.id, { reason: `end of drill: ${reason}` });
        const effective = engaged.effective_position !== null;
        await out.result(released, (paint) =>
          effective
            ? `${paint.green('effective')}: engaged at position ${engaged.engaged_position}, known everywhere at ${engaged.effective_position}`
            : `${paint.red('not effective in time')}: engaged at position ${engaged.engaged_position}`,
        );
        if (!effective) exitWith(EXIT.pending);
      },
    ),
  );
}
