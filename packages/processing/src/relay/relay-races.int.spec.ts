import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Instance, openRelayStage } from '../testing/relay-stage.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const ORGANIZATIONS = ['acme', 'bolt', 'core'];

type Step =
  | { readonly do: 'append'; readonly organization: string; readonly count: number }
  | { readonly do: 'fail'; readonly written: number; readonly times: number }
  | { readonly do: 'stop' | 'resume' | 'kill' | 'close'; readonly which: number }
  | { readonly do: 'network'; readonly which: number; readonly state: 'refuses' | number }
  | { readonly do: 'start' }
  | { readonly do: 'pass'; readonly ms: number };

const which = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('append' as const),
    organization: fc.constantFrom(...ORGANIZATIONS),
    count: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ do: fc.constant('fail' as const), written: fc.nat(6), times: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constantFrom('stop', 'resume', 'kill', 'close' as const), which }) as fc.Arbitrary<Step>,
  fc.record({
    do: fc.constant('network' as const),
    which,
    state: fc.constantFrom('refuses' as const, 5_000, 12_000, 0),
  }),
  fc.constant({ do: 'start' as const }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 60, 600, 1_100, 4_500) }),
);

it('whatever fails, stops or is replaced: every event gets to its topic, and for the first time in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const stage = openRelayStage();
      const instances: Instance[] = [stage.start('first')];
      for (const one of steps) {
        const instance = 'which' in one ? instances.at(-1 - one.which) : undefined;
        switch (one.do) {
          case 'append':
            for (let n = 0; n < one.count; n += 1) await stage.append('order', one.organization);
            break;
          case 'fail':
            stage.fates.push(...Array(one.times).fill({ written: one.written, acknowledged: false }));
            break;
          case 'start':
            instances.push(stage.start(`instance-${instances.length}`));
            break;
          case 'pass':
            await vi.advanceTimersByTimeAsync(one.ms);
            break;
          case 'network':
            instance?.network(one.state);
            break;
          case 'close':
            void instance?.relay.close();
            break;
          default:
            instance?.[one.do]();
        }
        for (const organization of ORGANIZATIONS) {
          const published = stage.firsts(organization);
          expect(published).toEqual(stage.appended(organization).slice(0, published.length));
        }
      }
      stage.fates.length = 0;
      for (const { network } of instances) network(0);
      const last = stage.start('last');
      await vi.advanceTimersByTimeAsync(60_000);
      for (const organization of ORGANIZATIONS)
        expect(stage.firsts(organization)).toEqual(stage.appended(organization));
      for (const one of [...instances, last]) {
        one.resume();
        void one.relay.close();
      }
      await vi.advanceTimersByTimeAsync(10_000);
      for (const organization of ORGANIZATIONS)
        expect(stage.firsts(organization)).toEqual(stage.appended(organization));
    }),
    { numRuns: 300 },
  );
});
