import { INTENT_TOPIC, MAX_INTENT_SKEW_MS } from '@countersign/contracts';
import { createTopics, topicDefinitions } from '@countersign/infra-kafka';
import type { DeadLetter } from '@countersign/message-bus';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { deadLetterRecord } from '../sending/dead-letters.ts';
import { createSender, type Sender } from '../sending/sender.ts';
import { eventually } from '../testing/eventually.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import { createKafkaDeadLetters, type KafkaDeadLetters } from './dead-letters.ts';

const brokers = inject('kafkaBrokers');

describe('dead letters', () => {
  let stage: Stage;
  let letters: KafkaDeadLetters;
  let sender: Sender;
  beforeEach(async () => {
    stage = await openStage(brokers);
    letters = createKafkaDeadLetters({
      brokers: brokers.split(','),
      clientId: 'reader',
      topics: stage.topics,
    });
    sender = createSender(stage.kafka, { timeoutMs: 10_000 });
  });
  afterEach(async () => {
    await Promise.all([letters.close(), sender.close()]);
    await stage.close();
  });

  const list = async (topic?: string) => (await letters.list({ topic, limit: 100 }))!.letters;
  /** Lets two groups put aside what is on the topic, and leave. */
  const putAside = async (count: number): Promise<void> => {
    const [topic] = stage.topics;
    const buses = [stage.bus(), stage.bus()];
    const consumptions = buses.map((bus, index) =>
      bus.consume({ group: `group-${index}-${topic}`, topics: [topic] }, () => {}),
    );
    await eventually(async () => (await stage.read(`${topic}.dlq`)).length >= 2 * count);
    await Promise.all(consumptions.map((one) => one.close()));
  };
  const write = (key: string, value: string) =>
    stage.writeProven({
      key,
      value,
      headers: { ce_type: 'sample.opened', ce_position: '1', extra: [`${key} 1`, '2'], constructor: 'x' },
    });
  /** What a group has put aside for another reason than that it could not be read. */
  const put = async (offset: string, code: string, key = 'acme', headers = {}) => {
    const [topic] = stage.topics;
    const bytes = { key: Buffer.from(key), value: Buffer.from(`value ${offset}`), headers };
    const attempt = { attempts: 2, firstAttemptMs: 0, lastAttemptMs: 1_000 };
    const place = { topic, partition: 1, offset, consumer: 'mail.v1@one' };
    await sender.send([deadLetterRecord({ ...bytes, ...place, ...attempt, code, detail: 'no' })]);
  };

  it('are one for each record, with every group that put it aside, as it stood', async () => {
    await write('acme', 'not JSON');
    await putAside(1);
    const [letter, ...others] = await list();
    expect(others).toEqual([]);
    expect(letter!.id).toMatch(/^one\.[0-9a-f]+-00[0-2]-000000000000$/);
    const groupsOf = ({ causes }: DeadLetter) =>
      causes.map(({ group, instance, code }) => [group.slice(0, 7), instance, code]).sort();
    const groups = [
      ['group-0', 'stage', 'malformed_record'],
      ['group-1', 'stage', 'malformed_record'],
    ];
    expect(groupsOf(letter!)).toEqual(groups);
    expect(groupsOf((await letters.get(letter!.id))!)).toEqual(groups);
    expect(letter!.record.value).toBeNull();
    const whole = await letters.get(letter!.id);
    expect(String(whole!.record.value)).toBe('not JSON');
    expect(whole!.record.headers.map(([name, value]) => [name, String(value)])).toEqual([
      ['ce_type', 'sample.opened'],
      ['ce_position', '1'],
      ['extra', 'acme 1'],
      ['extra', '2'],
      ['constructor', 'x'],
      ['countersign-proof', expect.stringMatching(/^[\w-]{43}$/)],
    ]);
    expect(await list(stage.topics[1])).toEqual([]);
    expect(await letters.get('unknown-000-000000000000')).toBeNull();
  });

  it('are replayed in the order of their key, byte by byte, and no other with them', async () => {
    const [topic] = stage.topics;
    for (const [key, value] of [
      ['acme', 'a1'],
      ['globex', 'g1'],
      ['acme', 'a2'],
      ['acme', 'a3'],
    ] as const)
      await write(key, value);
    await putAside(4);
    const before = await stage.read(topic);
    const valued = await Promise.all((await list()).map(({ id }) => letters.get(id)));
    const idOf = (value: string) => valued.find((one) => String(one!.record.value) === value)!.id;

    expect(await letters.replay(idOf('a2'))).toBe(2);
    const acmes = (await stage.read(topic)).filter(({ key }) => String(key) === 'acme');
    expect(acmes.map(({ value }) => String(value))).toEqual(['a1', 'a2', 'a3', 'a1', 'a2']);
    const [first] = before.filter(({ key }) => String(key) === 'acme');
    const { key, value, headers, partition } = first!;
    expect(acmes[3]).toMatchObject({ key, value, headers, partition });
    expect((await list()).map(({ id }) => id)).toEqual([idOf('a3'), idOf('g1')].sort());
    expect(await letters.replay(idOf('a2'))).toBeNull();
  });

  it('whose subject is parked are shown, and not replayed', async () => {
    await put('3', 'handler_failed');
    await put('4', 'waits_behind');
    await put('5', 'unknown_version');
    const [parked] = await list();
    expect(await letters.replay(parked!.id)).toBe(0);
    expect(await list()).toHaveLength(3);
    const refused = (await list()).at(-1)!;
    expect(await letters.replay(refused.id)).toBe(1);
    expect((await list()).map(({ offset }) => offset)).toEqual(['3', '4']);
  });

  it('that nobody could read go with their like, and with no letter that was understood', async () => {
    await put('3', 'unproven');
    await put('4', 'malformed_record');
    await put('5', 'unknown_version');
    const [first, second, understood] = await list();
    expect(await letters.replay(understood!.id)).toBe(1);
    expect((await list()).map(({ id }) => id)).toEqual([first!.id, second!.id]);
    expect(await letters.replay(second!.id)).toBe(2);
    expect(await list()).toEqual([]);
  });

  it('can not be hidden by a record that bears the note of a replay', async () => {
    await put('3', 'bad_signature');
    await put('4', 'bad_signature', 'mallory', { dlq_replayed: '3' });
    expect((await list()).map(({ offset }) => offset)).toEqual(['3', '4']);
  });

  it('are read past a transaction that somebody has left open, and past its end', async () => {
    const [topic] = stage.topics;
    const { abort } = await stage.leaveOpen(`${topic}.dlq`, 1);
    await put('3', 'bad_signature');
    expect(await list()).toHaveLength(1);
    await abort();
    expect(await list()).toHaveLength(1);
  });

  it('come in pages, each of what stands behind the one before', async () => {
    for (const offset of ['3', '4', '5', '6', '7']) await put(offset, 'bad_signature');
    const middle = (await list())[2]!;
    await letters.replay(middle.id);
    for (const offset of ['8', '9']) await put(offset, 'bad_signature', 'globex');
    const pages: string[][] = [];
    for (let after: string | undefined; ; ) {
      const { letters: found, next } = (await letters.list({ after, limit: 2 }))!;
      pages.push(found.map(({ offset }) => offset));
      if (next === null) break;
      after = next;
    }
    // Two are looked at for each page, and no more also where some of them were replayed.
    expect(pages).toEqual([[], ['6'], ['7', '8'], ['9']]);
  });

  it.each(['x', 'unknown-000-000000000000', 'one.-1-000000000000'])(
    'do not begin anew behind %s',
    async (after) => {
      await put('3', 'bad_signature');
      expect(await letters.list({ after, limit: 2 })).toBeNull();
    },
  );

  it('are shown in a list without what can be large', async () => {
    await put('3', 'bad_signature', 'x'.repeat(5_000), { ce_type: 'y'.repeat(5_000), other: 'z' });
    const [letter] = await list();
    expect(letter!.record.key).toHaveLength(1_024);
    expect(letter!.record.headers.map(([name, value]) => [name, value.length])).toEqual([['ce_type', 1_024]]);
    const whole = await letters.get(letter!.id);
    expect([whole!.record.key!.length, whole!.record.headers.length]).toEqual([5_000, 2]);
  });

  it('say no more of a record than a group would, whoever has written them', async () => {
    const [topic] = stage.topics;
    const long = 'x'.repeat(100_000);
    const said = deadLetterRecord({
      topic,
      partition: 0,
      offset: '3',
      key: null,
      value: null,
      headers: {},
      consumer: `${long}@${long}`,
      code: long,
      detail: '',
      attempts: 1,
      firstAttemptMs: 0,
      lastAttemptMs: 0,
    });
    const headers = { ...said.headers, dlq_offset: long, dlq_error: long, dlq_first_attempt: long };
    await sender.send([{ ...said, headers }]);
    const [letter] = await list();
    const { causes, offset } = (await letters.get(letter!.id))!;
    for (const text of [offset, ...Object.values(causes[0]!)])
      expect(String(text).length).toBeLessThan(5_000);
    expect(letter).toMatchObject({ causes, offset });
  });

  it('of which very many are in front are replayed in parts, in order', async () => {
    const [topic] = stage.topics;
    const large = 'x'.repeat(1024 * 1024);
    for (let n = 10; n < 30; n += 1) await put(String(n), 'bad_signature', 'acme', { n: String(n), large });
    const last = (await list()).at(-1)!;
    await expect(letters.replay(last.id)).rejects.toThrow('there are more');
    expect(await letters.replay(last.id)).toBeLessThan(10);
    const replayed = (await stage.read(topic)).map(({ headers }) => Number(headers!.n));
    expect(replayed).toEqual(Array.from({ length: 20 }, (_, n) => n + 10));
  });

  it('of intents that are too old are shown, and not replayed with those behind them', async () => {
    await createTopics(
      brokers,
      topicDefinitions().filter(({ name }) => name.startsWith(INTENT_TOPIC)),
    );
    const intents = createKafkaDeadLetters({
      brokers: brokers.split(','),
      clientId: 'reader',
      topics: [INTENT_TOPIC],
    });
    const key = `agent-${stage.topics[0]}`;
    const ages = [MAX_INTENT_SKEW_MS + 60_000, 0];
    const written = ages.map((age, index) =>
      deadLetterRecord({
        topic: INTENT_TOPIC,
        partition: 0,
        // No other run's: the topic is everybody's.
        offset: String(Date.now() * 10 + index),
        key: Buffer.from(key),
        value: null,
        headers: {
          ce_type: Buffer.from('agent.intent.announced'),
          ce_time: Buffer.from(new Date(Date.now() - age).toISOString()),
        },
        consumer: 'group@one',
        code: 'agent_disabled',
        detail: 'a test',
        attempts: 1,
        firstAttemptMs: 0,
        lastAttemptMs: 0,
      }),
    );
    await sender.send(written);
    const all = (await intents.list({ topic: INTENT_TOPIC, limit: 1_000 }))!;
    const [old, recent] = all.letters.filter(({ record }) => String(record.key) === key);
    expect(await intents.replay(old!.id)).toBe(0);
    expect(await intents.replay(recent!.id)).toBe(1);
    expect(await intents.get(old!.id)).not.toBeNull();
    expect(await intents.get(recent!.id)).toBeNull();
    await intents.close();
  });

  it('leave no group behind when they are read', async () => {
    await put('3', 'bad_signature');
    await list();
    const { groups } = await stage.admin.listGroups();
    expect(groups.filter(({ groupId }) => groupId.startsWith('dead-letters-'))).toEqual([]);
  });
});
