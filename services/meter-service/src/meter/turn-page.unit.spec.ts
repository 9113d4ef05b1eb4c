import { fold, isRejection } from '@countersign/event-sourcing';
import type { NewEvent } from '@countersign/event-store';
import type { BookClosed, MeterEvent, MeterLedger } from '@countersign/metering';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AT, planFrom, reserve } from '../testing/book-programs.ts';
import { type BookCommand, meter } from './decide.ts';
import { sealBook } from './turn-page.ts';

/** How much one step may write, how much of what was written it reads again, and whether the process dies after it. */
interface Step {
  readonly limit: number;
  readonly again: number;
  readonly dies: boolean;
}

const IN_ONE_GO: readonly Step[] = [{ limit: 1_000, again: 0, dies: false }];

const entry = planFrom({
  counters: { tool_calls: { strict: true, limit: 9, period: 'monthly', scope: 'user' } },
  throttles: [{ mode: 'include', categories: ['tool_calls'], bucket: { capacity: 9_000, rate: 60 } }],
});

/** A book of 1,350 entries: open and ended reservations, and the counters of 300 users. */
const HISTORY: readonly MeterEvent[] = (() => {
  const events: MeterEvent[] = [];
  let ledger = meter.initial;
  const run = (command: BookCommand) => {
    const decided = meter.decide(command, ledger);
    if (isRejection(decided)) throw new Error(decided.detail);
    events.push(...decided);
    ledger = decided.reduce(meter.evolve, ledger);
  };
  run({ type: 'configure', at: AT, plan: 'team', entry, zone: 'Europe/Berlin', anchorDay: 31 });
  for (let call = 0; call < 1_050; call += 1) {
    const scopes = { organization: 'acme', user: `user-${call % 300}` };
    run({ ...reserve(call), scopes });
    if (call % 3 === 0) run({ type: 'release', id: `call-${call}`, at: AT });
  }
  return events;
})();

/** A stream of which a process remembers the fold until it dies. */
function createStream(name: string, history: readonly MeterEvent[]) {
  const stored: NewEvent[] = [];
  const events = () => [...history, ...stored] as unknown as readonly MeterEvent[];
  let ledger: MeterLedger = fold(meter, events());
  const metadata = { organization: 'acme', time: '', eventId: (index: number) => `${name}-${index}` };
  return {
    stored,
    ledger: () => ledger,
    /** Answers how many events came of it. */
    async take(command: BookCommand, { dies }: Step): Promise<number> {
      const decided = meter.decide(command, ledger);
      if (isRejection(decided)) throw new Error(decided.detail);
      const sealed = await sealBook(name, decided, metadata);
      stored.push(...(JSON.parse(JSON.stringify(sealed)) as NewEvent[]));
      ledger = dies ? fold(meter, events()) : decided.reduce(meter.evolve, ledger);
      return decided.length;
    },
  };
}

/** Closes the book of `HISTORY` and opens its successor, step by step. */
async function turned(steps: readonly Step[]) {
  let taken = 0;
  const next = () => steps[taken++ % steps.length] as Step;
  const sizes: { readonly written: number; readonly limit: number }[] = [];
  const book = createStream('book', HISTORY);
  const isClosed = ({ closing }: MeterLedger) => closing !== null && closing.part === closing.parts;
  while (!isClosed(book.ledger())) {
    const step = next();
    // Whoever goes on does so later.
    const at = book.stored.length === 0 ? AT : AT + taken * 1_000;
    sizes.push({
      written: await book.take({ type: 'close', at, limit: step.limit }, step),
      limit: step.limit,
    });
  }
  const closed = book.stored as unknown as readonly BookClosed[];
  const successor = createStream('successor', []);
  while (successor.ledger().version === 0 || successor.ledger().opening !== null) {
    const step = next();
    const { version } = successor.ledger();
    const page = closed.slice(Math.max(0, version - step.again), version + step.limit);
    sizes.push({ written: await successor.take({ type: 'open', closed: page }, step), limit: step.limit });
  }
  return { closed, opened: successor.stored, ledger: successor.ledger(), sizes };
}

const steps = fc.array(
  fc.record({ limit: fc.integer({ min: 1, max: 5 }), again: fc.nat(3), dies: fc.boolean() }),
  { minLength: 1, maxLength: 8 },
);

it('a page turned in any steps, with crashes between any of them, is the same as turned in one go', async () => {
  const whole = await turned(IN_ONE_GO);
  expect(whole.closed).toHaveLength(3);
  const events = [...(whole.closed as unknown as readonly NewEvent[]), ...whole.opened];
  expect(new Set(events.map(({ metadata }) => metadata.id)).size).toBe(6);
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const { closed, opened, ledger, sizes } = await turned(given);
      expect(JSON.stringify([closed, opened])).toBe(JSON.stringify([whole.closed, whole.opened]));
      expect(ledger).toEqual(whole.ledger);
      expect(sizes.filter(({ written, limit }) => written === 0 || written > limit)).toEqual([]);
    }),
    { numRuns: 20 },
  );
});
