import type { Message } from '@countersign/message-bus';
import { collect, consumeAll } from '@countersign/message-bus/conformance';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { sampleMessage } from '../testing/sample-message.ts';
import { openStage, type Stage } from '../testing/stage.ts';

const brokers = inject('kafkaBrokers');
const ORGANIZATIONS = Array.from({ length: 24 }, (_, index) => `org-${index}`);

describe('rebalances', () => {
  let stage: Stage;
  let topic: string;
  let other: string;
  beforeEach(async () => {
    // An odd number: the client's own round robin would keep an even one together by chance.
    stage = await openStage(brokers, { partitions: 5 });
    [topic, other] = stage.topics;
  });
  afterEach(() => stage.close());

  const fromAll = (n: number, to = topic) => ORGANIZATIONS.map((name) => sampleMessage(to, n, name));
  const organizations = (messages: readonly Message[]) =>
    new Set(messages.map((message) => message.organization));

  it('K3: while a consumer works, partitions go to a new member, and the old one begins no more of them', async () => {
    await stage.publish(fromAll(1));
    const group = `k3-${topic}`;
    const timing = { heartbeatEveryMs: 100 };
    const leave = Promise.withResolvers<void>();
    const one = collect();
    const first = stage.bus({ timing }).consume({ group, topics: [topic] }, async (messages, settle) => {
      one.add(messages);
      await leave.promise;
      for (const message of messages) settle(message);
    });
    await one.until((messages) => messages.length > 0);
    const begun = organizations(one.messages);

    const two = collect();
    const second = consumeAll(stage.bus({ timing }), group, two, [topic]);
    await two.until((messages) => messages.length > 0);
    await second.caughtUp;
    const taken = organizations(two.messages);
    expect(organizations(one.messages)).toEqual(begun);
    leave.resolve();
    await eventually(() => organizations([...one.messages, ...two.messages]).size === ORGANIZATIONS.length);
    for (const organization of organizations(one.messages))
      if (!begun.has(organization)) expect(taken).not.toContain(organization);
    await Promise.all([first.close(), second.close()]);
  });

  it('K6: one member has everything of an organization, over all topics', async () => {
    const group = `k6-${topic}`;
    const members = [collect(), collect()];
    const consumptions = members.map((member) => consumeAll(stage.bus(), group, member, [topic, other]));
    await Promise.all(consumptions.map((consumption) => consumption.caughtUp));
    // Both have joined when each has got something: until then, one has all.
    let n = 0;
    await eventually(async () => {
      n += 1;
      await stage.publish([...fromAll(n), ...fromAll(n, other)]);
      return members.every((member) => member.messages.some((message) => message.data.n === n));
    });
    await stage.publish([...fromAll(n + 1), ...fromAll(n + 1, other)]);
    const last = (member: (typeof members)[number]) =>
      member.messages.filter((message) => message.data.n === n + 1);
    await eventually(() => members.flatMap(last).length >= 2 * ORGANIZATIONS.length);
    const [one, two] = members.map((member) => organizations(last(member)));
    expect([...one!].filter((organization) => two!.has(organization))).toEqual([]);
    for (const member of members)
      for (const organization of organizations(last(member)))
        expect(last(member).filter((message) => message.organization === organization)).toHaveLength(2);
    await Promise.all(consumptions.map((consumption) => consumption.close()));
  });

  it('K7: what is settled is committed before partitions go: the new member does not get it again', async () => {
    const group = `k7-${topic}`;
    const timing = { commitEveryMs: 3_600_000, heartbeatEveryMs: 100 };
    await stage.publish(fromAll(1));
    const one = collect();
    const first = consumeAll(stage.bus({ timing }), group, one, [topic]);
    await first.caughtUp;
    const two = collect();
    const second = consumeAll(stage.bus({ timing }), group, two, [topic]);
    await second.caughtUp;
    await stage.publish(fromAll(2));
    await eventually(() => one.messages.length + two.messages.length >= 2 * ORGANIZATIONS.length);
    expect(new Set(two.numbers())).toEqual(new Set([2]));
    await Promise.all([first.close(), second.close()]);
  });

  it('K7: a member whose partitions have gone settles in vain, and takes no harm', async () => {
    const group = `k7-old-${topic}`;
    const timing = { heartbeatEveryMs: 100, commitEveryMs: 20 };
    await stage.publish(fromAll(1));
    const one = collect();
    const late: (() => void)[] = [];
    const first = stage.bus({ timing }).consume({ group, topics: [topic] }, (messages, settle) => {
      one.add(messages);
      late.push(() => {
        for (const message of messages) settle(message);
      });
    });
    await one.until((messages) => messages.length === ORGANIZATIONS.length);
    const two = collect();
    const second = consumeAll(stage.bus({ timing }), group, two, [topic]);
    await two.until((messages) => messages.length > 0);
    await second.caughtUp;
    for (const settle of late) settle();
    await first.close();
    expect(await first.ended).toBeNull();
    // Whatever the first member did not get to settle in time has come to the second.
    await eventually(async () => {
      const committed = await stage.committed(group);
      return committed.reduce((sum, offset) => sum + Math.max(0, offset), 0) === ORGANIZATIONS.length;
    });
    await second.close();
  });

  it('every member is prepared for its new share before anything of it comes', async () => {
    const group = `prepared-${topic}`;
    const timing = { heartbeatEveryMs: 100 };
    const events: string[] = [];
    const member = (name: string) =>
      stage.bus({ timing }).consume(
        {
          group,
          topics: [topic],
          async onAssigned() {
            events.push(`${name} prepares`);
            await new Promise((resolve) => setImmediate(resolve));
            events.push(`${name} is prepared`);
          },
        },
        (messages, settle) => {
          events.push(`${name} gets`);
          for (const message of messages) settle(message);
        },
      );
    const counted = (what: string) => events.filter((event) => event === what).length;
    const one = member('one');
    await one.caughtUp;
    await stage.publish(fromAll(1));
    await eventually(() => counted('one gets') > 0);
    expect(events.indexOf('one is prepared')).toBeLessThan(events.indexOf('one gets'));
    const two = member('two');
    await two.caughtUp;
    await stage.publish(fromAll(2));
    await eventually(() => counted('two gets') > 0);
    expect(counted('one is prepared')).toBeGreaterThanOrEqual(2);
    expect(events.indexOf('two is prepared')).toBeLessThan(events.indexOf('two gets'));
    await Promise.all([one.close(), two.close()]);
  });

  it('K6: a group whose topics differ in their partition count ends, and says so', async () => {
    const narrow = await openStage(brokers, { partitions: 2 });
    const group = `k6-count-${topic}`;
    const consumption = consumeAll(stage.bus(), group, collect(), [topic, narrow.topics[0]]);
    expect((await consumption.ended)?.message).toContain('one partition count');
    await narrow.close();
  });
});
