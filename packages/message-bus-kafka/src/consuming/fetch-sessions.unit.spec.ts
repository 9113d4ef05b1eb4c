import { describe, expect, it } from 'vitest';
import { createFetchSession, type FetchResponse, type SessionFields } from './fetch-sessions.ts';

const part = (partition: number, fetchOffset: number) => ({
  partition,
  fetchOffset: String(fetchOffset),
  maxBytes: 100,
});
const asking = (offsets: Record<string, number>) => ({
  topics: [
    { topic: 'a', partitions: Object.entries(offsets).map(([one, offset]) => part(Number(one), offset)) },
  ],
});
const found = { topicName: 'a', partitions: [] };

function playing(...answers: (FetchResponse | Error)[]) {
  const session = createFetchSession();
  const sent: (SessionFields & ReturnType<typeof asking>)[] = [];
  return {
    sent,
    fetch: (offsets: Record<string, number>) =>
      session.fetch(asking(offsets), async (request, fields) => {
        sent.push({ ...request, ...fields });
        const answer = answers.shift() ?? { errorCode: 0, sessionId: 7, responses: [found] };
        if (answer instanceof Error) throw answer;
        return answer;
      }),
  };
}

describe('a fetch session', () => {
  it('asks for everything once, and then says what changes', async () => {
    const { sent, fetch } = playing();
    await fetch({ 0: 5, 1: 8 });
    await fetch({ 0: 5, 1: 8 });
    await fetch({ 0: 6, 1: 8 });
    await fetch({ 0: 6, 2: 0 });
    const none: object[] = [];
    expect(sent).toEqual([
      { topics: asking({ 0: 5, 1: 8 }).topics, sessionId: 0, sessionEpoch: 0, forgottenTopics: none },
      { topics: none, sessionId: 7, sessionEpoch: 1, forgottenTopics: none },
      { topics: asking({ 0: 6 }).topics, sessionId: 7, sessionEpoch: 2, forgottenTopics: none },
      {
        topics: asking({ 2: 0 }).topics,
        sessionId: 7,
        sessionEpoch: 3,
        forgottenTopics: [{ topic: 'a', partitions: [1] }],
      },
    ]);
  });

  it('begins anew when the broker does not know it', async () => {
    const lost = { errorCode: 70, sessionId: 0, responses: [] };
    const { sent, fetch } = playing({ sessionId: 7, responses: [] }, lost, { sessionId: 9, responses: [] });
    await fetch({ 0: 5, 1: 8 });
    expect(await fetch({ 0: 6, 1: 8 })).toMatchObject({ responses: [] });
    await fetch({ 0: 6, 1: 8 });
    await fetch({ 0: 6, 1: 8 });
    expect(sent.slice(2)).toMatchObject([
      { topics: asking({ 0: 6, 1: 8 }).topics, sessionId: 0, sessionEpoch: 0 },
      { topics: [], sessionId: 9, sessionEpoch: 1 },
    ]);
  });

  it('replaces itself after an error, because what the broker remembers is not known', async () => {
    const { sent, fetch } = playing({ sessionId: 7, responses: [] }, new Error('cut off'));
    await fetch({ 0: 5 });
    await expect(fetch({ 0: 6 })).rejects.toThrow('cut off');
    await fetch({ 0: 6 });
    expect(sent[2]).toMatchObject({ topics: asking({ 0: 6 }).topics, sessionId: 7, sessionEpoch: 0 });
  });

  it('is none where the broker has no room for one, or knows none', async () => {
    const { sent, fetch } = playing({ sessionId: 0, responses: [] }, { responses: [] });
    for (let times = 0; times < 3; times += 1) await fetch({ 0: 5 });
    for (const one of sent)
      expect(one).toMatchObject({ topics: asking({ 0: 5 }).topics, sessionId: 0, sessionEpoch: 0 });
  });

  it('tells a refusal that a whole request can not have deserved', async () => {
    const { fetch } = playing({ errorCode: 76, sessionId: 0, responses: [] });
    await expect(fetch({ 0: 5 })).rejects.toThrow('76');
  });
});
