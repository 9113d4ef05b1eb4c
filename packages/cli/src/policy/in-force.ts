import type { PolicySummary } from '@countersign/sdk';
import { scopeText } from '../registry/role-grant.ts';

/** Where which version of a policy is in force, in one line; empty where it is not. */
export function inForceText({ active }: PolicySummary): string {
  return active
    .map(({ version, mode, scope, floor }) => {
      const notes = [...(mode === 'shadow' ? ['shadow'] : []), ...(floor ? ['floor'] : [])];
      return `version ${version} in ${scopeText(scope)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`;
    })
    .join(', ');
}
