import { describe, expect, it } from 'vitest';
import { type RunningApprovals, startAcme } from '../testing/running-approvals.ts';

const VOID = { status: 410, body: { code: 'void' } };

/** A question, and an instance that gets none of the messages: those that withdraw are another's, which has stopped. */
async function askedElsewhere() {
  const owner = await startAcme();
  const digest = await owner.upstream.asked(1);
  await owner.settled();
  const other = await owner.another();
  await owner.close();
  return { upstream: owner.upstream, other, digest };
}

describe('an instance that does not withdraw the question itself', () => {
  it('takes an answer', async () => {
    const { other, digest } = await askedElsewhere();
    expect(await other.decide(1, digest)).toMatchObject({ status: 200, body: { state: 'granted' } });
  });

  it.each<[string, (upstream: RunningApprovals['upstream']) => Promise<unknown>]>([
    ['a kill switch', (upstream) => upstream.kill('all', null)],
    ['another definition of the tool', (upstream) => upstream.tool('delete-file', 2)],
    ['the end of the tool', (upstream) => upstream.withdrawTool('delete-file')],
    ['the disabling of the agent', (upstream) => upstream.disableAgent('helper')],
    ['the end of the call', (upstream) => upstream.blocked(1, 'undecided')],
    [
      'a definition that was taken back',
      async (upstream) => {
        await upstream.tool('delete-file', 2);
        await upstream.tool('delete-file', 1);
      },
    ],
  ])('takes none after %s, and withdraws the question', async (_, fell) => {
    const { upstream, other, digest } = await askedElsewhere();
    await fell(upstream);
    expect(await other.decide(1, digest)).toMatchObject(VOID);
    expect(await other.steps(1)).toEqual(['requested', 'voided']);
    expect(await other.decide(1, digest)).toMatchObject(VOID);
  });
});
