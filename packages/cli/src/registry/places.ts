import type { Project, Workspace } from '@countersign/sdk';
import type { Command } from 'commander';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';
import { addGet } from './get.ts';

/** `workspaces ls|get|put`. */
export function addWorkspaces(program: Command, run: Run): void {
  const group = program.command('workspaces').description('parts of an organization, with projects in them');
  addList<Workspace>(group, run, {
    describe: 'list workspaces',
    list: (client, page) => client.workspaces.list(page),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'CREATED', of: (workspace) => workspace.created_at },
    ],
  });
  addGet(group, run, 'a workspace', (client, id) => client.workspaces.get(id));
  group
    .command('put')
    .argument('<id>')
    .description('make a workspace')
    .action(
      verb<object, [string]>(run, async ({ client, out }, _options, id) => {
        const put = await client.workspaces.put(id);
        await out.result(put, (paint) => record(put, paint));
      }),
    );
}

interface InWorkspace {
  readonly workspace?: string;
}

/** `projects ls|get|put`. */
export function addProjects(program: Command, run: Run): void {
  const group = program.command('projects').description('where agents are, and roles are held for');
  addList<Project, InWorkspace>(group, run, {
    describe: 'list projects',
    list: (client, page, { workspace }) => client.projects.list({ ...page, workspace }),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'WORKSPACE', of: ({ workspace }) => workspace },
      { title: 'CREATED', of: (project) => project.created_at },
    ],
  }).option('--workspace <id>', 'only in this one');
  addGet(group, run, 'a project', (client, id) => client.projects.get(id));
  group
    .command('put')
    .argument('<id>')
    .description('make a project; it stays where it is made')
    .option('--workspace <id>', 'where it lies; default `default`')
    .action(
      verb<InWorkspace, [string]>(run, async ({ client, out }, { workspace }, id) => {
        const put = await client.projects.put(id, { workspace });
        await out.result(put, (paint) => record(put, paint));
      }),
    );
}
