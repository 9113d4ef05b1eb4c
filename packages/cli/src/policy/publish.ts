import type { Command } from 'commander';
import { type Run, verb } from '../session.ts';
import { complaintIn, failPolicy, readPolicyFiles } from './files.ts';

/** `policy publish`: checked here, so that mistakes are named by file and line, and again by the server. */
export function addPublish(group: Command, run: Run): void {
  group
    .command('publish')
    .argument('<policy>', 'policy file; it says its id')
    .argument('[tests]', 'test file; default the one beside the policy')
    .description('publish a version of a policy; it is not in force before it is activated')
    .action(
      verb<object, [string, string | undefined]>(run, async (session, _options, policyFile, named) => {
        const files = await readPolicyFiles(session.io, policyFile, named);
        const { checkPublishable, finish } = await import('@countersign/policy');
        const checked = finish(checkPublishable(files.policy, files.tests));
        if (!checked.ok) {
          const fileOf = { policy: files.policyFile, tests: files.testsFile };
          failPolicy(checked.errors.map((problem) => complaintIn(fileOf[problem.file], problem)));
        }
        const { policy, tests } = files;
        const published = await session.client.policies.put(checked.policy.policy, { policy, tests });
        await session.out.result(
          published,
          ({ green }) =>
            `${green('published')} ${published.id} version ${published.version} ${published.digest}`,
        );
        await session.out.note(
          `put it in force: countersign policy activate ${published.id} ${published.version}`,
        );
      }),
    );
}
