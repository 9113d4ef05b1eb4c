import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

const EVENTS = 200;
const LEASES = 20;

let work: Work;
let id: string;

const acquire = async (as: string, scope: string) =>
  (await work.ask(as, 'POST', `/intents/${id}/leases`, { scope, duration_seconds: 3_600 })).status;
const held = async () => {
  const { body } = await work.ask('creator', 'GET', `/intents/${id}/leases`);
  return (body.leases as unknown as { agent_id: string }[]).map(({ agent_id }) => agent_id);
};
/** The reads of streams of one category while something happens and is handled. */
const readsDuring = async (category: string, happens: () => Promise<unknown>) => {
  await work.engine.settled();
  const before = work.engine.reads.length;
  await happens();
  await work.engine.settled();
  return work.engine.reads.slice(before).filter((stream) => stream.startsWith(category));
};

/** Leases of one agent, of which much has been told before. */
beforeEach(async () => {
  work = await startWork();
  await work.engine.upstream.agent('worker');
  for (let n = 1; n < EVENTS; n += 1)
    await work.engine.upstream.agentAccess('worker', n % 2 === 0 ? 'read' : 'write');
  id = await work.intent();
  for (let n = 0; n < LEASES; n += 1) expect(await acquire('worker', `part-${n}`)).toBe(201);
});

describe('what it takes to look after leases', () => {
  it('is nothing where others are registered, changed or removed', async () => {
    const { upstream } = work.engine;
    const reads = await readsDuring('', async () => {
      await upstream.user('ulla');
      await upstream.changedUser('ulla', {});
      await upstream.removedUser('ulla');
      await upstream.agentAccess('helper', 'write');
      await upstream.disableAgent('helper');
    });
    expect(reads).toEqual([]);
    expect(await held()).toHaveLength(LEASES);
  });

  it('is one read of the holder for each lease where the holder is changed', async () => {
    const reads = await readsDuring('agent-', () => work.engine.upstream.agentAccess('worker', 'write'));
    expect(reads).toEqual(Array(LEASES).fill('agent-acme:worker'));
    expect(await held()).toHaveLength(LEASES);
  });

  it('is one read of the holder where a lease is taken beside others', async () => {
    const reads = await readsDuring('agent-', () => acquire('worker', 'another-part'));
    expect(reads).toEqual(['agent-acme:worker']);
    expect(await held()).toHaveLength(LEASES + 1);
  });
});

describe('of many leases, those go that rest on what is taken', () => {
  it('where it is the default of the holder', async () => {
    await work.grant(id, 'helper', 'write');
    expect(await acquire('helper', 'its-part')).toBe(201);
    await work.engine.upstream.agentAccess('worker', null);
    await work.engine.upstream.agentAccess('worker', 'write');
    await work.engine.settled();
    expect(await held()).toEqual(['helper']);
  });
});
