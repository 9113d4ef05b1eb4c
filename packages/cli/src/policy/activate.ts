import type { PolicyActivateRequest, PolicySummary, Scope } from '@countersign/sdk';
import type { Command } from 'commander';
import { oneOf, wholeNumber } from '../input/option-values.ts';
import { scopeOf } from '../registry/role-grant.ts';
import { type Run, verb } from '../session.ts';
import type { Colours } from '../terminal/colours.ts';
import { inForceText } from './in-force.ts';

interface ActivateOptions {
  readonly mode: PolicyActivateRequest['mode'];
  readonly scope?: Scope;
  readonly floor?: boolean;
}

/** `policy activate`. */
export function addActivate(group: Command, run: Run): void {
  group
    .command('activate')
    .argument('<id>', 'id of the policy')
    .argument('[version]', 'default the newest', wholeNumber)
    .description('put a version in force in a scope, in place of the one before')
    .option(
      '--mode <mode>',
      'enforce, or shadow: judged and recorded, never enforced',
      oneOf(['enforce', 'shadow']),
      'enforce',
    )
    .option(
      '--scope <scope>',
      'organization:<id>, workspace:<id> or project:<id>; default what the policy declares, else the own organization',
      scopeOf,
    )
    .option('--floor', 'narrower scopes can’t weaken it')
    .action(
      verb<ActivateOptions, [string, number | undefined]>(
        run,
        async ({ client, out }, { mode, scope, floor }, id, named) => {
          const version = named ?? (await client.policies.get(id)).version;
          const summary = await client.policies.activate(id, { version, mode, scope, floor });
          await out.result(summary, (paint) => activeText(summary, paint));
        },
      ),
    );
}

/** `policy deactivate`. */
export function addDeactivate(group: Command, run: Run): void {
  group
    .command('deactivate')
    .argument('<id>', 'id of the policy')
    .description('take a policy out of force in a scope')
    .option(
      '--scope <scope>',
      'organization:<id>, workspace:<id> or project:<id>; default what the policy declares, else the own organization',
      scopeOf,
    )
    .action(
      verb<{ readonly scope?: Scope }, [string]>(run, async ({ client, out }, { scope }, id) => {
        const summary = await client.policies.deactivate(id, { scope });
        await out.result(summary, (paint) => activeText(summary, paint));
      }),
    );
}

function activeText(summary: PolicySummary, paint: Colours): string {
  const active = inForceText(summary);
  return active === ''
    ? `${paint.yellow(summary.id)} is not in force anywhere`
    : `${paint.green(summary.id)} ${active}`;
}
