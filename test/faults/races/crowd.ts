import { startStandalone } from '@countersign/testing';
import { afterAll } from 'vitest';
import { type Answer, type Client, createClient, type Reply } from '../client.ts';

/** How many clients race. Each waits for its answer on a connection of its own. */
export const CROWD = 64;

/** Starts an installation for the races of one file. */
export async function startArena() {
  const standalone = await startStandalone();
  afterAll(() => standalone.kill());
  return { standalone, owner: createClient(standalone.url, standalone.ownerKey) };
}

/** Sends one request per client, all of them before the first answer. @throws Error if an answer is lost. */
export async function race(send: (client: number) => Promise<Reply>): Promise<readonly Answer[]> {
  const replies = await Promise.all(Array.from({ length: CROWD }, (_, client) => send(client)));
  return replies.map((reply) => {
    if (reply.kind === 'lost') throw new Error('the connection was lost');
    return reply;
  });
}

/** How often each answer was given, by status and code. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const name = body.code === undefined ? String(status) : `${status} ${body.code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Opens a connection per client, so that the race is not decided by who connects first. */
export async function warmUp(client: Client): Promise<void> {
  await race(() => client('GET', '/readyz'));
}
