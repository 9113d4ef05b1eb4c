import type { KillScope } from '@countersign/sdk';
import { Argument, type Command } from 'commander';

const SCOPES: readonly KillScope[] = ['agent', 'tool', 'user', 'organization', 'all'];

/** The parameters that `on` and `drill` share. */
export function engageCommand(group: Command, name: 'on' | 'drill', describe: string): Command {
  return group
    .command(name)
    .description(describe)
    .addArgument(new Argument('<scope>').choices(SCOPES))
    .argument('[target]', 'id of the agent, tool or user; the own organization if left out')
    .requiredOption('--reason <text>', 'why, for the record');
}

/** What a switch stops, in words. */
export function targetText({
  scope,
  target,
}: {
  readonly scope: KillScope;
  readonly target?: string | null | undefined;
}): string {
  if (scope === 'all') return 'everything';
  return `${scope} ${target ?? '(the own one)'}`;
}
