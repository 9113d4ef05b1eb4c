import { collect, consumeAll } from '@countersign/message-bus/conformance';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { sampleMessage, sampleMessages } from '../testing/sample-message.ts';
import { openStage, type Stage } from '../testing/stage.ts';

const brokers = inject('kafkaBrokers');

describe('offsets', () => {
  let stage: Stage;
  let topic: string;
  let group: string;
  beforeEach(async () => {
    stage = await openStage(brokers, { partitions: 1 });
    [topic] = stage.topics;
    group = `offsets-${topic}`;
  });
  afterEach(() => stage.close());

  it('K5: a group whose next record is gone goes on with the first that is kept, not with the last', async () => {
    await stage.publish(sampleMessages(topic, 2));
    const first = consumeAll(stage.bus(), group, collect(), [topic]);
    await first.caughtUp;
    await first.close();
    expect(await stage.committed(group)).toEqual([2]);
    await stage.publish(sampleMessages(topic, 6).slice(2));
    await stage.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
    const seen = collect();
    const second = consumeAll(stage.bus(), group, seen, [topic]);
    await seen.until((messages) => messages.length === 2);
    expect(seen.numbers()).toEqual([5, 6]);
    await second.close();
  });

  it('K5: a group takes what stands behind a transaction that somebody has left open', async () => {
    const { abort } = await stage.leaveOpen(topic);
    await stage.publish(sampleMessages(topic, 2));
    const seen = collect();
    const consumption = consumeAll(stage.bus({ timing: { commitEveryMs: 20 } }), group, seen, [topic]);
    await seen.until((messages) => messages.length === 2);
    await eventually(async () => (await stage.committed(group))[0] === 3);
    expect(await stage.read(`${topic}.dlq`)).toHaveLength(1);
    await abort();
    await consumption.close();
  });

  it('K11: what the broker writes at the end of a transaction is passed, where nothing else comes', async () => {
    const bus = stage.bus({ timing: { watchEveryMs: 20, stalledAfterMs: 3_000, commitEveryMs: 20 } });
    const consumption = consumeAll(bus, group, collect(), [topic]);
    const { abort } = await stage.leaveOpen(topic);
    await eventually(async () => (await stage.committed(group))[0] === 1);
    await abort();
    await eventually(async () => (await stage.committed(group))[0] === 2);
    await eventually(() => bus.problems().length === 0);
    await consumption.close();
  });

  it('K11: a mark is passed for good, where it is all that comes to a client that has just begun', async () => {
    const timing = { watchEveryMs: 20, stalledAfterMs: 3_000, commitEveryMs: 20 };
    const { abort } = await stage.leaveOpen(topic);
    const first = consumeAll(stage.bus({ timing }), group, collect(), [topic]);
    await eventually(async () => (await stage.committed(group))[0] === 1);
    await first.close();
    await abort();
    const bus = stage.bus({ timing });
    const second = consumeAll(bus, group, collect(), [topic]);
    await eventually(async () => (await stage.committed(group))[0] === 2);
    await eventually(() => bus.lags()[0]?.records === 0);
    await second.close();
  });

  it('K11: a group that stands still behind an open transaction is told to, too', async () => {
    const { abort } = await stage.leaveOpen(topic);
    await stage.publish(sampleMessages(topic, 2));
    const bus = stage.bus({ timing: { watchEveryMs: 20, stalledAfterMs: 100, commitEveryMs: 20 } });
    const consumption = bus.consume({ group, topics: [topic] }, () => {});
    await eventually(() => bus.problems().some((problem) => problem.includes('2 records to go')));
    await abort();
    await consumption.close();
  });

  it('K8: a batch that was delivered is not committed beyond its first message that is not settled', async () => {
    const seen = collect();
    const timing = { commitEveryMs: 20 };
    const consumption = stage.bus({ timing }).consume({ group, topics: [topic] }, (messages, settle) => {
      for (const message of messages) if (message.data.n !== 2) settle(message);
      seen.add(messages);
    });
    await stage.publish(sampleMessages(topic, 3));
    await eventually(async () => (await stage.committed(group))[0] === 1);
    await stage.publish([sampleMessage(topic, 4)]);
    await seen.until((messages) => messages.length === 4);
    await consumption.close();
    expect(await stage.committed(group)).toEqual([1]);
  });

  it('K12: what is settled is committed on a timer while the group runs, without a commit for every batch', async () => {
    const commits: number[] = [];
    const seen = collect();
    const consumption = consumeAll(stage.bus({ timing: { commitEveryMs: 300 } }), group, seen, [topic]);
    for (let n = 1; n <= 40; n += 1) {
      await stage.publish([sampleMessage(topic, n)]);
      const [committed] = await stage.committed(group);
      if (commits.at(-1) !== committed) commits.push(committed!);
    }
    await eventually(async () => (await stage.committed(group))[0] === 40);
    expect(commits.length).toBeLessThan(20);
    await consumption.close();
  });

  it('K11: a group that stands still with messages to go is told to be no longer ready', async () => {
    const timing = { watchEveryMs: 20, stalledAfterMs: 100, commitEveryMs: 20 };
    const bus = stage.bus({ timing });
    const settlements: (() => void)[] = [];
    const consumption = bus.consume({ group, topics: [topic] }, (messages, settle) => {
      settlements.push(() => {
        for (const message of messages) settle(message);
      });
    });
    expect(bus.problems()).toEqual([`group "${group}" has not joined its group`]);
    await eventually(() => bus.problems().length === 0);
    await stage.publish(sampleMessages(topic, 3));
    await eventually(() => bus.problems().some((problem) => problem.includes('3 records to go')));
    expect([bus.standStill(), bus.lags()]).toEqual([[group], [{ group, records: 3 }]]);
    for (const settle of settlements.splice(0)) settle();
    await eventually(() => bus.problems().length === 0);
    expect([bus.standStill(), bus.lags()]).toEqual([[], [{ group, records: 0 }]]);
    await consumption.close();
  });

  it('K9: the only warning that the client causes is the known one about its timers', async () => {
    const warnings: Error[] = [];
    const keep = (warning: Error) => void warnings.push(warning);
    process.on('warning', keep);
    const consumption = consumeAll(stage.bus(), group, collect(), [topic]);
    await stage.publish(sampleMessages(topic, 5));
    await consumption.caughtUp;
    await consumption.close();
    process.off('warning', keep);
    expect(warnings.filter(({ name }) => name !== 'TimeoutNegativeWarning')).toEqual([]);
  });
});
