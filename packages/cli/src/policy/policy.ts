import type { Command } from 'commander';
import type { Run } from '../session.ts';
import { addActivate, addDeactivate } from './activate.ts';
import { addDiff } from './diff.ts';
import { addLint } from './lint.ts';
import { addPolicyList } from './list.ts';
import { addPublish } from './publish.ts';
import { addTest } from './test.ts';

/** `policy lint|test|publish|activate|deactivate|diff|ls`. */
export function addPolicy(program: Command, run: Run): void {
  const group = program.command('policy').description('rules in YAML and CEL, with their tests');
  addLint(group, run);
  addTest(group, run);
  addPublish(group, run);
  addActivate(group, run);
  addDeactivate(group, run);
  addDiff(group, run);
  addPolicyList(group, run);
}
