import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stage } from '../stage.ts';

const POLICY = fileURLToPath(new URL('../../policies/stay-inside.policy.yaml', import.meta.url));

/** A policy in the form that users write, with its tests, is published and put in force. */
export async function publishPolicy({ narrator, alice }: Stage): Promise<void> {
  narrator.scene('A policy: the agent stays inside its directory');
  const published = await alice.command('policy', 'publish', relative(process.cwd(), POLICY));
  const activated = await alice.command('policy', 'activate', 'stay-inside');
  narrator.promised('its tests passed, and it is in force', published === 0 && activated === 0);
}
