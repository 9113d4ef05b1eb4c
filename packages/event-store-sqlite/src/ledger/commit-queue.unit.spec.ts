import { describe, expect, it } from 'vitest';
import type { WriteGroup } from '../threads/protocol.ts';
import { createCommitQueue } from './commit-queue.ts';

/** Turns of the event loop in which nothing more is accepted: enough for the queue to send what it will send. */
const quiet = async () => {
  for (let turn = 0; turn < 12; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};
const checkpoint = (position: number) => ({ kind: 'checkpoint', consumer: 'views.v1', position }) as const;

function queue() {
  const sent: WriteGroup[] = [];
  let changes = 0;
  const commits = createCommitQueue({
    durable: 100,
    send: (group) => sent.push(group),
    onChange: () => {
      changes += 1;
    },
  });
  const add = (count: number) => {
    for (let index = 0; index < count; index += 1) commits.add(['a-1', index, 'id', 'type', 'acme', '{}']);
  };
  return { commits, sent, add, changes: () => changes };
}

describe('commit queue', () => {
  it('sends what was accepted in one turn as one group', async () => {
    const { sent, add } = queue();
    add(2);
    await Promise.resolve();
    add(1);
    expect(sent).toEqual([]);
    await quiet();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ first: 101, columns: { length: 18 } });
  });

  it('collects while the writer is busy, and sends contiguous groups in order', async () => {
    const { commits, sent, add } = queue();
    for (let round = 0; round < 5; round += 1) {
      add(2);
      await quiet();
    }
    expect(sent.map((group) => group.first)).toEqual([101, 103]);
    commits.written();
    expect(sent.map((group) => group.first)).toEqual([101, 103, 105]);
    expect(sent[2]?.columns).toHaveLength(36);
    expect(commits.durable).toBe(102);
    expect(commits.backlog).toEqual({ events: 8, bytes: 16 });
  });

  it('settles positions with the group that holds them', async () => {
    const { commits, add } = queue();
    add(2);
    await quiet();
    add(1);
    const settled: number[] = [];
    for (const position of [104, 103, 102, 101, 100]) {
      void commits.settled(position).then(() => settled.push(position));
    }
    await quiet();
    expect(settled).toEqual([100]);
    commits.written();
    await quiet();
    expect(settled).toEqual([100, 102, 101]);
    add(1);
    commits.written();
    await quiet();
    commits.written();
    await quiet();
    expect(settled).toEqual([100, 102, 101, 103, 104]);
  });

  it('lets side writes ride with the next events', async () => {
    const { commits, sent, add } = queue();
    commits.addBeside(checkpoint(7));
    await quiet();
    expect(sent).toEqual([]);
    add(1);
    await quiet();
    expect(sent).toMatchObject([{ first: 101, sideWrites: [checkpoint(7)] }]);
  });

  it('sends side writes alone when they are waited for, even when the writer was busy', async () => {
    const { commits, sent, add } = queue();
    add(1);
    await quiet();
    add(1);
    await quiet();
    commits.addBeside(checkpoint(7));
    const flushed = commits.flush();
    expect(sent).toHaveLength(2);
    commits.written();
    expect(sent).toHaveLength(3);
    expect(sent[2]).toMatchObject({ first: 103, columns: [], sideWrites: [checkpoint(7)] });
    commits.written();
    commits.written();
    expect(await flushed).toBeNull();
    expect(commits.durable).toBe(102);
  });

  it('answers everything that waits with the failure, and sends nothing any more', async () => {
    const { commits, sent, add, changes } = queue();
    add(1);
    await quiet();
    add(1);
    const waiting = [101, 102, 500].map((position) => commits.settled(position));
    const failure = new Error('EIO');
    commits.fail(failure);
    commits.fail(new Error('later'));
    expect(await Promise.all(waiting)).toEqual([failure, failure, failure]);
    expect(await commits.settled(101)).toBe(failure);
    expect(await commits.settled(100)).toBeNull();
    expect(await commits.flush()).toBe(failure);
    commits.addBeside(checkpoint(7));
    await quiet();
    expect(sent).toHaveLength(1);
    expect(changes()).toBe(1);
  });
});
