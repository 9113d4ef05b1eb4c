import type { RecordedEvent } from '@countersign/event-store';
import { isOpenError, openSqliteEventStore } from '@countersign/event-store-sqlite';
import { type StandaloneProcess, startStandalone, temporaryDirectory } from '@countersign/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, expectAnswer, keyFor } from '../client.ts';
import { announcement, registerBasics } from '../registrations.ts';
import { goodBodies } from './good-bodies.ts';
import { judgeAnswer } from './judge-answer.ts';
import { isTaken } from './kinds/body-shape.ts';
import type { GoodKeys } from './kinds/kind.ts';
import { malformedRequest } from './malformed-request.ts';
import { operations } from './operations.ts';
import { createRawClient } from './raw-client.ts';

const REQUESTS = Number(process.env.COUNTERSIGN_MALFORMED ?? 100_000);
const SEED = Number(process.env.COUNTERSIGN_FAULT_SEED ?? 1);
/** Sent at the same time. */
const AT_ONCE = 10;
/** A thousand take three seconds on a slow machine; this is to notice a server that hangs. */
const TIMEOUT_MS = 60_000 + REQUESTS * 20;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let standalone: StandaloneProcess;
let agent: Client;
let keys: GoodKeys;

beforeAll(async () => {
  directory = await temporaryDirectory();
  standalone = await startStandalone({ dataDirectory: directory.path });
  const { url, ownerKey } = standalone;
  const owner = createClient(url, ownerKey);
  await registerBasics(owner);
  keys = { owner: ownerKey, agent: await keyFor(owner, 'agent', 'helper') };
  agent = createClient(url, keys.agent);
});
afterAll(async () => {
  await standalone.kill();
  await directory[Symbol.asyncDispose]();
});

const good = () =>
  agent('POST', '/v1/tool-calls', { body: announcement('read-file', 'a', { redeem: true }) });

const FRAMING = /^(Content-Length|Transfer-Encoding):/i;

describe('malformed requests', () => {
  it('are made from good ones, for every operation that takes a body', () => {
    const withBody = operations.filter(({ bodySchema }) => bodySchema !== null);
    expect(withBody.map(({ id }) => id).sort()).toEqual(Object.keys(goodBodies).sort());
    for (const { id, bodySchema } of withBody)
      expect([id, isTaken(bodySchema!, goodBodies[id])]).toEqual([id, true]);
  });

  it(
    `are refused, ${REQUESTS} of them, and nothing is recorded but their number (seed ${SEED})`,
    async () => {
      const { position: before } = await expectAnswer(good(), 200);
      let answered = 0;
      /** A body that is not framed as it says may be refused twice: what follows the answer is read as a request of its own. */
      let misframed = 0;
      const client = createRawClient(new URL(standalone.url));
      const batch = fc.array(malformedRequest(keys), { minLength: AT_ONCE, maxLength: AT_ONCE });
      await fc.assert(
        fc.asyncProperty(batch, async (requests) => {
          const wrong = await Promise.all(
            requests.map(async ({ operation, request }) => {
              const answer = await client.send(request);
              if (answer !== null) answered += 1;
              if (request.headers.some((line) => FRAMING.test(line))) misframed += 1;
              const complaint = judgeAnswer(request, answer);
              return complaint && `${operation.id}, ${request.wrong}: ${complaint}`;
            }),
          );
          expect(wrong.filter((complaint) => complaint !== null)).toEqual([]);
        }),
        { numRuns: REQUESTS / AT_ONCE, seed: SEED, endOnFailure: true },
      );
      client.close();

      const { id } = await expectAnswer(good(), 200);
      expect(await standalone.stop()).toBe(0);
      expect(standalone.output()).not.toMatch(/"level":"(error|fatal)"/);
      const events = await storedAfter(Number(before));
      const others = events.filter(({ metadata }) => metadata.correlation !== id);
      expect([...new Set(others.map(({ type }) => type))]).toEqual(['audit-refusals.v1']);
      const counted = others.flatMap(({ data }) => data.refusals as { count: number }[]);
      const refused = counted.reduce((sum, { count }) => sum + count, 0);
      expect(refused).toBeGreaterThanOrEqual(answered);
      expect(refused).toBeLessThanOrEqual(REQUESTS + misframed);
    },
    TIMEOUT_MS,
  );
});

/** Everything in the ledger behind a position, of all organizations, published or not. */
async function storedAfter(position: number): Promise<RecordedEvent[]> {
  const store = await openSqliteEventStore({ directory: directory.path });
  if (isOpenError(store)) throw new Error(store.detail);
  const events: RecordedEvent[] = [];
  for (let after = position; after < store.durablePosition; ) {
    const page = await store.readPage({ after, limit: 1_000 });
    events.push(...page.events);
    after = page.position;
  }
  await store.close();
  return events;
}
