import type { ServiceInstance } from '@countersign/infra-cluster';
import { type Client, expectAnswer, listAll } from '../../client.ts';
import { patiently } from '../patiently.ts';

export function addressOf({ port }: ServiceInstance): string {
  return `http://127.0.0.1:${port}`;
}

/** Answers when the switch is effective: when every other gateway knows of it or its lease has lapsed. */
export async function engage(
  owner: Client,
  scope: 'agent' | 'organization' | 'all',
  target: string | null,
): Promise<void> {
  const body = { scope, ...(target === null ? {} : { target }), reason: 'enough' };
  const { id } = await expectAnswer(owner('POST', '/v1/kill-switches', { body }), 201);
  await patiently(async () => {
    const { state } = await expectAnswer(owner('GET', `/v1/kill-switches/${id}`), 200);
    if (state !== 'effective') throw new Error(`the kill switch is ${state}`);
  });
}

/** All of them: one that was engaged without an answer may have been engaged again. */
export async function release(owner: Client, target: string | null): Promise<void> {
  const switches = (await listAll(owner, '/v1/kill-switches')) as { id?: string; target?: string | null }[];
  for (const { id } of switches.filter((one) => (one.target ?? null) === target))
    await expectAnswer(
      owner('POST', `/v1/kill-switches/${id}/release`, { body: { reason: 'it is over' } }),
      200,
    );
}
