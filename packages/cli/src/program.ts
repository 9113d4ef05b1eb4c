import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAccess } from './access/access.ts';
import { addApprovals } from './approvals/approvals.ts';
import { addCalls } from './calls/calls.ts';
import { addCluster } from './cluster/cluster.ts';
import { addDlq } from './dlq.ts';
import { addEvents } from './events/events.ts';
import { addKill } from './kill/kill.ts';
import { addLaunchers } from './launch/launch.ts';
import { addBackup } from './ledger/backup.ts';
import { addRestore } from './ledger/restore.ts';
import { addMeters } from './meters.ts';
import { addMigrate } from './migrate/migrate.ts';
import { addParked } from './parked.ts';
import { addPolicy } from './policy/policy.ts';
import { addAgents } from './registry/agents.ts';
import { addGroups } from './registry/groups.ts';
import { addInvitations } from './registry/invitations.ts';
import { addKeys } from './registry/keys.ts';
import { addOrgs } from './registry/orgs.ts';
import { addProjects, addWorkspaces } from './registry/places.ts';
import { addPlans } from './registry/plans.ts';
import { addTools } from './registry/tools.ts';
import { addUsers } from './registry/users.ts';
import type { Run } from './session.ts';

const AFTER_HELP = `
Where and who: --url or COUNTERSIGN_URL (default http://127.0.0.1:7070); --key-file, COUNTERSIGN_KEY or
COUNTERSIGN_KEY_FILE (default owner.key of COUNTERSIGN_DATA_DIR, for this machine only).
Exit codes: 0 ok, 1 unexpected, 2 usage, 3 auth, 4 unreachable, 5 denied, 6 pending or timed out, 7 conflict.`;

/** The whole command: every verb, and the options that all of them take. */
export function createProgram(run: Run): Command {
  const program = new Command('countersign')
    .description('the second signature for the tool calls of agents')
    .version(version())
    .option('--url <address>', 'of the installation')
    .option('--key <key>', 'seen by everybody who lists processes: prefer the others')
    .option('--key-file <file>', 'file with the key')
    .option('--organization <id>', 'another one than the key’s; for the installation’s owner')
    .option('--json', 'data as JSON on stdout, errors as one line of JSON on stderr')
    .addHelpText('after', AFTER_HELP)
    .exitOverride()
    // What is wrong is printed once, by the one place that prints failures.
    .configureOutput({
      writeOut: (text) => void run.io.stdout.write(text),
      writeErr: (text) => void run.io.stderr.write(text),
      outputError: () => {},
    });
  const groups = [
    addLaunchers,
    addCalls,
    addAccess,
    addApprovals,
    addKill,
    addPolicy,
    addAgents,
    addTools,
    addUsers,
    addInvitations,
    addGroups,
    addKeys,
    addWorkspaces,
    addProjects,
    addPlans,
    addOrgs,
    addMeters,
    addEvents,
    addParked,
    addDlq,
    addBackup,
    addRestore,
    addCluster,
    addMigrate,
  ];
  for (const add of groups) add(program, run);
  return program;
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
