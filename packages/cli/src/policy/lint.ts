import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Complaint } from '../cli-error.ts';
import { readText } from '../input/text-file.ts';
import { type Run, verb } from '../session.ts';
import type { Io } from '../terminal/io.ts';
import { complaintIn, failPolicy, testsFileOf } from './files.ts';

/** `policy lint`: what is wrong with the files themselves, without running a test and without a server. */
export function addLint(group: Command, run: Run): void {
  group
    .command('lint')
    .argument('<policy>', 'policy file')
    .argument('[tests]', 'test file; default the one beside the policy, if there is one')
    .description('check a policy and its tests for mistakes, offline')
    .action(
      verb<object, [string, string | undefined]>(run, async ({ io, out }, _options, policyFile, named) => {
        const testsFile = named ?? (await defaultTests(policyFile));
        const files = [policyFile, ...(testsFile === undefined ? [] : [testsFile])];
        const errors = (
          await Promise.all([
            policyComplaints(io, policyFile),
            testsFile === undefined ? [] : testsComplaints(io, testsFile),
          ])
        ).flat();
        if (errors.length > 0) failPolicy(errors);
        await out.result({ ok: true, files }, (paint) => `${paint.green('ok')} ${files.join(', ')}`);
      }),
    );
}

async function defaultTests(policyFile: string): Promise<string | undefined> {
  const file = testsFileOf(policyFile);
  return access(file).then(
    () => file,
    () => undefined,
  );
}

async function policyComplaints(io: Io, file: string): Promise<readonly Complaint[]> {
  const { parsePolicy } = await import('@countersign/policy');
  const parsed = parsePolicy(await readText(io, file));
  return parsed.ok ? [] : parsed.errors.map((problem) => complaintIn(file, problem));
}

async function testsComplaints(io: Io, file: string): Promise<readonly Complaint[]> {
  const { parsePolicyTests } = await import('@countersign/policy');
  const parsed = parsePolicyTests(await readText(io, file));
  return parsed.ok ? [] : parsed.errors.map((problem) => complaintIn(file, problem));
}
