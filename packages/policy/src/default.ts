import { readFile } from 'node:fs/promises';

/** The files of the default policy, as users write them. */
export interface DefaultPolicy {
  readonly policy: string;
  readonly tests: string;
}

/** Reads the default policy that ships with this package: the only I/O in it, kept out of the main entry. */
export async function readDefaultPolicy(): Promise<DefaultPolicy> {
  const [policy, tests] = await Promise.all(
    ['default.policy.yaml', 'default.policy.tests.yaml'].map((name) =>
      readFile(new URL(`../policies/${name}`, import.meta.url), 'utf8'),
    ),
  );
  return { policy: policy!, tests: tests! };
}
