import { type Client, everyItem, type PolicyVersion } from '@countersign/sdk';
import type { Command } from 'commander';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { readText } from '../input/text-file.ts';
import { type Run, type Session, verb } from '../session.ts';
import type { Colours } from '../terminal/colours.ts';
import { plainText } from '../terminal/plain-text.ts';
import { type DiffLine, lineDiff } from './line-diff.ts';

/** Lines around a change that are shown with it. */
const CONTEXT = 3;

/** `policy diff`: two versions, or a version and a file. */
export function addDiff(group: Command, run: Run): void {
  group
    .command('diff')
    .argument('<id>', 'id of the policy')
    .argument('[from]', 'version or file; default the version in force, else the newest but one')
    .argument('[to]', 'version or file; default the newest version')
    .description('show what changed between two versions, or between a version and a file')
    .action(
      verb<object, [string, string | undefined, string | undefined]>(
        run,
        async (session, _options, id, from, to) => {
          const versions = await versionsOf(session.client, id);
          const [before, after] = await Promise.all([
            textOf(session, versions, from ?? (await usualFrom(session.client, id, versions))),
            textOf(session, versions, to ?? String(versions.at(-1)!.version)),
          ]);
          const lines = lineDiff(before.text, after.text);
          const answer = {
            id,
            from: before.name,
            to: after.name,
            changed: lines.filter(({ kind }) => kind !== 'same'),
          };
          await session.out.result(answer, (paint) =>
            answer.changed.length === 0
              ? `no difference between ${before.name} and ${after.name}`
              : [paint.bold(`${before.name} → ${after.name}`), ...diffText(lines, paint)].join('\n'),
          );
        },
      ),
    );
}

async function versionsOf(client: Client, id: string): Promise<readonly PolicyVersion[]> {
  const all: PolicyVersion[] = [];
  for await (const version of everyItem((page) => client.policies.versions(id, page))) all.push(version);
  return all.toSorted((a, b) => a.version - b.version);
}

async function usualFrom(client: Client, id: string, versions: readonly PolicyVersion[]): Promise<string> {
  const { active } = await client.policies.get(id);
  return String(active[0]?.version ?? versions.at(-2)?.version ?? versions.at(-1)!.version);
}

/** A version by its number; anything else is a file. */
async function textOf(
  { io }: Session,
  versions: readonly PolicyVersion[],
  named: string,
): Promise<{ readonly name: string; readonly text: string }> {
  if (!/^\d+$/.test(named)) return { name: named, text: await readText(io, named) };
  const found = versions.find(({ version }) => String(version) === named);
  if (found !== undefined) return { name: `version ${named}`, text: found.policy };
  return fail({
    exitCode: EXIT.usage,
    code: 'not_found',
    detail: `there is no version ${named}`,
    remedy: `versions: ${versions.map(({ version }) => version).join(', ')}; or name a file`,
  });
}

function diffText(lines: readonly DiffLine[], paint: Colours): readonly string[] {
  const near = lines.map((_line, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== 'same'),
  );
  return lines.flatMap(({ kind, text }, at) => {
    if (!near[at]) return near[at - 1] ? [paint.dim('…')] : [];
    const shown = plainText(text);
    if (kind === 'removed') return [paint.red(`- ${shown}`)];
    return [kind === 'added' ? paint.green(`+ ${shown}`) : `  ${shown}`];
  });
}
