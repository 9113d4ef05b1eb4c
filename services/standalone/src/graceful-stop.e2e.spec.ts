import { setImmediate as nextTurn } from 'node:timers/promises';
import { type StandaloneProcess, startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';

/** One request with the owner's key; `null` if there was no answer. */
async function ask({ url, ownerKey }: StandaloneProcess, method: string, path: string, body?: object) {
  const answered = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${ownerKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => null);
  // An answer that has begun comes to its end: a cut one would reject here, and fail the test.
  if (!answered) return null;
  return { status: answered.status, body: (await answered.json()) as Record<string, unknown> };
}

it('a stop during load answers what is under way, ends with 0, and loses nothing acknowledged', async () => {
  await using directory = await temporaryDirectory();
  const first = await startStandalone({ dataDirectory: directory.path });
  await ask(first, 'PUT', '/v1/users/alice', { roles: [] });
  await ask(first, 'PUT', '/v1/agents/helper', { owner: 'alice' });
  const declaration = { description: 'Reads', input_schema: { type: 'object' }, action: 'read' };
  expect((await ask(first, 'PUT', '/v1/tools/read-file', declaration))?.status).toBe(201);

  const announcement = { agent_id: 'helper', tool_name: 'read-file', arguments: {}, reason: 'load' };
  const statuses = new Set<number>();
  const allowed: string[] = [];
  let stopping = false;
  const client = async () => {
    for (;;) {
      const answer = await ask(first, 'POST', '/v1/tool-calls', announcement);
      if (answer === null) {
        expect(stopping).toBe(true);
        return;
      }
      statuses.add(answer.status);
      if (answer.status === 200) allowed.push(String(answer.body.id));
    }
  };
  const clients = Array.from({ length: 16 }, client);
  while (allowed.length < 50) await nextTurn();
  // A poll that would last much longer is answered with what there is.
  const poll = ask(first, 'GET', `/v1/tool-calls/${allowed[0]}?wait_ms=30000`);
  stopping = true;
  expect(await first.stop()).toBe(0);
  await Promise.all(clients);
  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  const polled = await poll;
  if (polled)
    expect(polled.body).toMatchObject(polled.status === 200 ? { id: allowed[0] } : { code: 'unavailable' });

  await using second = await startStandalone({ dataDirectory: directory.path });
  // Whatever was begun was answered: the ledger knows of no call of which its caller does not.
  expect(await callsOf(second)).toEqual(allowed.map((id) => `${id} authorized`).sort());
});

it('a stop answers who waits for people with where the call stands, instead of cutting them off', async () => {
  await using standalone = await startStandalone();
  await ask(standalone, 'PUT', '/v1/users/alice', { roles: [] });
  await ask(standalone, 'PUT', '/v1/agents/helper', { owner: 'alice' });
  const declaration = { description: 'Deletes', input_schema: { type: 'object' }, action: 'delete' };
  await ask(standalone, 'PUT', '/v1/tools/delete-file', { ...declaration, destructive: true });
  const announcement = { agent_id: 'helper', tool_name: 'delete-file', arguments: {}, reason: 'a test' };
  const waiting = ask(standalone, 'POST', '/v1/tool-calls', { ...announcement, wait_ms: 30_000 });
  const asked = async () => (await ask(standalone, 'GET', '/v1/approvals?state=waiting'))?.body.items;
  while (((await asked()) as unknown[]).length === 0) await nextTurn();
  expect(await standalone.stop()).toBe(0);
  expect(await waiting).toMatchObject({ status: 202, body: { status: 'awaiting_approval' } });
});

/** Every call of an installation with its status. */
async function callsOf(standalone: StandaloneProcess): Promise<string[]> {
  const calls: string[] = [];
  let after = '';
  for (;;) {
    const answer = await ask(standalone, 'GET', `/v1/tool-calls?limit=1000${after}`);
    if (answer?.status !== 200) throw new Error(JSON.stringify(answer));
    const items = answer.body.items as { readonly id: string; readonly status: string }[];
    calls.push(...items.map(({ id, status }) => `${id} ${status}`));
    if (answer.body.next === null) return calls.sort();
    after = `&after=${answer.body.next}`;
  }
}
