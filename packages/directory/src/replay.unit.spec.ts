import { expect, it } from 'vitest';
import { createEverSince, type Known } from './replay.ts';
import { createKnownWorld } from './testing/known-world.ts';

const EVENTS = 200;
const team = (n: number) => ({ group_id: 'team', members: [{ kind: 'agent', id: `agent-${n}` }] });

/** What is read to judge by something that happened `EVENTS` times, the last of them `since` the moment asked about. */
async function readBy(type: string, since: number) {
  const { known, tell } = createKnownWorld();
  const kind = String(type.split('.')[0]);
  const told = Array.from({ length: EVENTS }, (_, n) =>
    tell([type, `${kind}-acme:team`, { ...team(n), agent_id: 'team' } as never]),
  );
  const read = { times: 0, messages: 0, judged: 0 };
  const bus: typeof known.bus = {
    async *rereadFrom(...from) {
      read.times += 1;
      for await (const message of known.bus.rereadFrom(...from)) {
        read.messages += 1;
        yield message;
      }
    },
  };
  const rests = { organization: 'acme', streams: [told.at(-1)], resource: null };
  const begin =
    ({ directory }: Known) =>
    () => {
      read.judged += 1;
      return kind === 'group' && !directory.group('acme', 'team') ? 'the group is not known' : null;
    };
  const judgement = { begin, untold: 'it can not be judged' };
  const found = await createEverSince({ ...known, bus })(rests, EVENTS - since, judgement);
  expect(found).toBeNull();
  return read;
}

it('what adds up is read from its beginning, all of it at once', async () => {
  expect(await readBy('agent.access_set', 3)).toEqual({ times: 1, messages: EVENTS, judged: 6 });
});

it('of what each event tells everything of, no more is read than it takes to know how it was', async () => {
  expect(await readBy('group.changed', 0)).toEqual({ times: 0, messages: 0, judged: 0 });
  expect(await readBy('group.changed', 1)).toEqual({ times: 1, messages: 1, judged: 2 });
  expect(await readBy('group.changed', 20)).toEqual({ times: 5, messages: 31, judged: 40 });
  expect(await readBy('group.changed', EVENTS - 1)).toEqual({ times: 8, messages: EVENTS - 1, judged: 398 });
});
