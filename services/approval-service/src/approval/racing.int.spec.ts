import { describe, expect, it } from 'vitest';
import { type RunningApprovals, roleOf, startAcme } from '../testing/running-approvals.ts';

/** Letters only, as the keys of tests have them. */
const person = (index: number) => `p${String.fromCharCode(97 + (index >> 3), 97 + (index & 7))}`;
const people = Array.from({ length: 64 }, (_, index) => person(index));

async function startCrowded(): Promise<RunningApprovals> {
  const running = await startAcme();
  for (const one of people) await running.upstream.user(one, [roleOf('operator')]);
  return running;
}

describe('sixty-four decisions at once', () => {
  it('have one winner', async () => {
    const running = await startCrowded();
    const digest = await running.upstream.asked(1);
    await running.settled();
    const answers = await Promise.all(
      people.map((one, index) =>
        running.decide(1, digest, `user:${one}@acme`, index % 2 === 0 ? 'approve' : 'deny'),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 200);
    expect(others.every(({ status, body }) => status === 409 && body.code === 'already_decided')).toBe(true);
    expect((await running.steps(1)).slice(0, 2)).toEqual(['requested', 'voted']);
    expect(await running.steps(1)).toHaveLength(3);
  });

  it('are counted exactly up to the quorum', async () => {
    const running = await startCrowded();
    const digest = await running.upstream.asked(1, { quorum: 5 });
    await running.settled();
    const answers = await Promise.all(people.map((one) => running.decide(1, digest, `user:${one}@acme`)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(await running.steps(1)).toEqual(['requested', ...Array(5).fill('voted'), 'granted']);
    const granted = (await running.events(1)).at(-1);
    expect(new Set(granted?.data.approvers as string[]).size).toBe(5);
  });

  it('of one person are one', async () => {
    const running = await startAcme();
    const digest = await running.upstream.asked(1, { quorum: 2 });
    await running.settled();
    const answers = await Promise.all(people.map(() => running.decide(1, digest)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await running.steps(1)).toEqual(['requested', 'voted']);
  });

  it('meet a kill switch in one order or the other, never in both', async () => {
    const running = await startCrowded();
    const digest = await running.upstream.asked(1);
    await running.settled();
    const deciding = people.map((one) => running.decide(1, digest, `user:${one}@acme`));
    await running.upstream.kill('all', null);
    const answers = await Promise.all(deciding);
    const steps = await running.steps(1);
    const granted = answers.some(({ status }) => status === 200);
    expect(steps).toEqual(granted ? ['requested', 'voted', 'granted'] : ['requested', 'voided']);
  });
});

describe('a new instance on the same ledger', () => {
  it.each(['kept', 'lost'] as const)('still waits for the answers, with its views %s', async (views) => {
    const running = await startAcme();
    const digests = [
      await running.upstream.asked(1),
      await running.upstream.asked(2, { quorum: 2 }),
    ] as const;
    await running.settled();
    await running.decide(2, digests[1]);
    const again = await running.restart({ views });
    const { body } = await again.get('/v1/approvals?state=waiting');
    expect(body.items).toMatchObject([{ quorum: { given: 0 } }, { quorum: { given: 1 } }]);
    expect((await again.decide(1, digests[0])).body).toMatchObject({ state: 'granted' });
    expect((await again.decide(2, digests[1])).body).toMatchObject({ code: 'already_decided' });
    expect((await again.decide(2, digests[1], 'user:carol@acme')).body).toMatchObject({ state: 'granted' });
  });

  it('asks about what was evaluated while none ran', async () => {
    const running = await startAcme();
    const { upstream } = running;
    await running.close();
    await upstream.asked(1);
    const again = await running.restart();
    expect(await again.steps(1)).toEqual(['requested']);
  });
});
