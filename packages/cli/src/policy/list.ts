import type { PolicySummary } from '@countersign/sdk';
import type { Command } from 'commander';
import { addList } from '../listing.ts';
import type { Run } from '../session.ts';
import { inForceText } from './in-force.ts';

/** `policy ls`. */
export function addPolicyList(group: Command, run: Run): void {
  addList<PolicySummary>(group, run, {
    describe: 'list policies, and where they are in force',
    list: (client, page) => client.policies.list(page),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'NEWEST', of: ({ version }) => version },
      { title: 'IN FORCE', of: (policy) => inForceText(policy) },
      { title: 'UPDATED', of: (policy) => policy.updated_at },
      { title: 'DIGEST', of: ({ digest }) => digest.slice(0, 19) },
    ],
  });
}
