import { createLogger, createMetrics } from '@countersign/telemetry';
import { collectLogs, manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { createRecordFeed } from '../testing/record-feed.ts';
import { freshSigner, signedIntent } from '../testing/signed-intent.ts';
import { MAX_FAULTS, startIntake } from './intake.ts';
import { refused, TAKEN, type Taken } from './verdict.ts';

const signer = freshSigner();

/** An intake of which the test says what becomes of each intent, by its id. */
function open(take: (id: string) => Promise<Taken>) {
  const clock = manualClock();
  const feed = createRecordFeed(() => clock.nowMs());
  const metrics = createMetrics();
  const waits: number[] = [];
  const intake = startIntake(
    {
      service: {
        clock,
        metrics,
        logger: createLogger({ level: 'fatal', service: 'gateway', destination: collectLogs() }),
      },
      authenticate: async ({ agentId: id, organization }) => ({
        kind: 'agent',
        id,
        organization,
        keyId: 'k',
      }),
      take: ({ intent }) => take(intent.attributes.id),
      wasTaken: async () => false,
      countRefusal: () => {},
      wait: async (ms) => void waits.push(ms),
    },
    feed,
  );
  const intent = (id: string, agentId: string) =>
    signedIntent(signer, {
      type: 'agent.intent.announced',
      id,
      agentId,
      time: new Date(clock.nowMs()).toISOString(),
      data: {},
    });
  return { feed, intake, intent, metrics, waits };
}

describe('the intake', () => {
  it("handles one agent's intents one after another, and those of many side by side", async () => {
    const begun: string[] = [];
    const gates = new Map<string, () => void>();
    const { feed, intent } = open((id) => {
      begun.push(id);
      return new Promise((resolve) => gates.set(id, () => resolve(TAKEN)));
    });
    const written = feed.write(intent('a1', 'a'), intent('a2', 'a'), intent('b1', 'b'));
    while (begun.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual(['a1', 'b1']);
    gates.get('a1')!();
    while (begun.length < 3) await new Promise((resolve) => setImmediate(resolve));
    gates.get('a2')!();
    gates.get('b1')!();
    expect(await written).toEqual(['taken', 'taken', 'taken']);
  });

  it('waits for what is away, longer each time, and keeps the order behind it', async () => {
    const begun: string[] = [];
    const { feed, intent, waits } = open(async (id) => {
      begun.push(id);
      return id === 'a1' && begun.length <= 9 ? { kind: 'again', why: 'away' } : TAKEN;
    });
    expect(await feed.write(intent('a1', 'a'), intent('a2', 'a'))).toEqual(['taken', 'taken']);
    expect(begun).toEqual([...Array.from({ length: 10 }, () => 'a1'), 'a2']);
    expect(waits).toEqual([20, 40, 80, 160, 320, 640, 1_280, 2_000, 2_000]);
  });

  it('puts aside what fails with an error again and again, and goes on behind it', async () => {
    let calls = 0;
    const { feed, intent } = open(async (id) => {
      if (id !== 'a1') return TAKEN;
      calls += 1;
      throw new Error('a defect');
    });
    expect(await feed.write(intent('a1', 'a'), intent('a2', 'a'))).toEqual(['handler_failed', 'taken']);
    expect(calls).toBe(MAX_FAULTS);
    expect(feed.letters[0]!.failure).toMatchObject({ attempts: MAX_FAULTS });
  });

  it('does not count an outage among the errors in a row', async () => {
    let calls = 0;
    const { feed, intent } = open(async () => {
      calls += 1;
      if (calls > MAX_FAULTS * 2) return TAKEN;
      if (calls % 2 === 0) return { kind: 'again', why: 'away' };
      throw new Error('torn');
    });
    expect(await feed.write(intent('a1', 'a'))).toEqual(['taken']);
  });

  it('counts what it takes by type, and what it refuses by code', async () => {
    const { feed, intent, metrics } = open(async (id) => (id === 'no' ? refused('void', 'a test') : TAKEN));
    await feed.write(intent('yes', 'a'), intent('no', 'a'), { ...intent('x', 'a'), value: null });
    const text = await metrics.expose();
    expect(text).toContain('intents_taken_total{type="agent.intent.announced"} 1\n');
    expect(text).toContain('intents_refused_total{code="void"} 1\n');
    expect(text).toContain('intents_refused_total{code="malformed_record"} 1\n');
  });

  it('leaves what it waits for to whoever goes on, when it is closed', async () => {
    const waiting = Promise.withResolvers<void>();
    const { feed, intake, intent } = open(async () => {
      waiting.resolve();
      return { kind: 'again', why: 'away' };
    });
    void feed.write(intent('a1', 'a'));
    await waiting.promise;
    await intake.close();
    expect(intake.outstanding()).toBe(1);
    expect(feed.letters).toEqual([]);
  });
});
