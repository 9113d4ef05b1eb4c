import type { Command } from 'commander';
import { type Run, verb } from '../session.ts';
import { plainText } from '../terminal/plain-text.ts';
import { complaintIn, failPolicy, readPolicyFiles } from './files.ts';

/** `policy test`: everything that publishing checks, without a server. */
export function addTest(group: Command, run: Run): void {
  group
    .command('test')
    .argument('<policy>', 'policy file')
    .argument('[tests]', 'test file; default the one beside the policy')
    .description('run a policy’s tests, offline; every rule must fire in one')
    .action(
      verb<object, [string, string | undefined]>(run, async ({ io, out }, _options, policyFile, named) => {
        const files = await readPolicyFiles(io, policyFile, named);
        const { checkPublishable, finish } = await import('@countersign/policy');
        const checked = finish(checkPublishable(files.policy, files.tests));
        if (!checked.ok) {
          const fileOf = { policy: files.policyFile, tests: files.testsFile };
          failPolicy(checked.errors.map((problem) => complaintIn(fileOf[problem.file], problem)));
        }
        const { policy, digest, report } = checked;
        const answer = { policy: policy.policy, digest, passed: true, tests: report.results };
        await out.result(answer, (paint) =>
          [
            ...report.results.map(
              ({ name, outcome }) => `${paint.green('pass')} ${plainText(name)} ${paint.dim(`(${outcome})`)}`,
            ),
            `${report.results.length} tests passed, ${policy.rules.length} rules fired`,
          ].join('\n'),
        );
      }),
    );
}
