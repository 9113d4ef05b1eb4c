import type { Group, Principal } from '@countersign/sdk';
import { type Command, InvalidArgumentError } from 'commander';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { addList } from '../listing.ts';
import { type Run, verb } from '../session.ts';
import { record } from '../terminal/record.ts';
import { addGet } from './get.ts';
import { addRemove } from './remove.ts';

interface PutOptions {
  readonly member?: readonly Principal[];
  /** False: `--no-members`. */
  readonly members?: boolean;
}

const nameOf = ({ kind, id }: Principal): string => `${kind}:${id}`;

/** `groups ls|get|put|rm`. */
export function addGroups(program: Command, run: Run): void {
  const group = program.command('groups').description('users, agents and services under one name');
  addList<Group>(group, run, {
    describe: 'list groups',
    list: (client, page) => client.groups.list(page),
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'MEMBERS', of: ({ members }) => members.map(nameOf).join(', ') },
    ],
  });
  addGet(group, run, 'a group', (client, id) => client.groups.get(id));
  group
    .command('put')
    .argument('<id>')
    .description('make a group of these members, or make them all that it has')
    .option('--member <kind:id>', 'such as user:olga; several times; all of them', members)
    .option('--no-members', 'leave it empty')
    .action(
      verb<PutOptions, [string]>(run, async ({ client, out }, { member, members: some }, id) => {
        const put = await client.groups.put(id, { members: some === false ? [] : (member ?? nobody()) });
        await out.result(put, (paint) => record(put, paint));
      }),
    );
  addRemove(group, run, 'end a group, and what it lets its members do', (client, id) =>
    client.groups.remove(id),
  );
}

/** A group that was to be shown must not be emptied by leaving something out. */
function nobody(): never {
  return fail({
    exitCode: EXIT.usage,
    code: 'usage',
    detail: 'who is in the group?',
    remedy: 'give --member <kind:id>, once for each, or --no-members',
  });
}

function members(text: string, before: readonly Principal[] = []): readonly Principal[] {
  const [, kind, id] = /^(user|agent|service):(.+)$/.exec(text) ?? [];
  if (kind === undefined || id === undefined)
    throw new InvalidArgumentError('give a member as user:<id>, agent:<id> or service:<id>');
  return [...before, { kind: kind as Principal['kind'], id }];
}
