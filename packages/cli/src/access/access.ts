import type { Command } from 'commander';
import { addList } from '../listing.ts';
import type { Run } from '../session.ts';
import { addApply } from './apply.ts';

/** `access`: who may do what with work intents, out of workflow files; and requests for access. */
export function addAccess(program: Command, run: Run): void {
  const group = program.command('access').description('who may do what with work intents');
  addApply(group, run);
  addList(group.command('requests').description('requests for access'), run, {
    describe: 'list requests for access that you may decide, and your own',
    list: ({ access }, page) => access.requests(page),
    columns: [
      { title: 'id', of: ({ id }) => id },
      { title: 'status', of: ({ status }) => status },
      { title: 'who', of: ({ principal_type, principal_id }) => `${principal_type} ${principal_id}` },
      { title: 'asks', of: ({ requested_permission }) => requested_permission },
      { title: 'about', of: ({ intent_id, namespace }) => intent_id ?? `namespace ${namespace}` },
      { title: 'by', of: ({ respond_by }) => respond_by },
    ],
  });
}
