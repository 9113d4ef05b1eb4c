import { readApiKey } from '@countersign/access';
import { createDirectory, createKeys, DIRECTORY_TOPICS } from '@countersign/directory';
import { createCommandHandler, readAll } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createEmbeddedBus, createPublisher, type MessageBus } from '@countersign/message-bus';
import { exclusively } from '@countersign/processing';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { createDiscloser, createSealer } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { createProcessViews, edgeMetadata, followInto } from '@countersign/service';
import { createLogger, createMetrics } from '@countersign/telemetry';
import { collectLogs, manualClock, seededIds } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { apiKey } from '../apikey/decide.ts';
import { organization } from '../organization/decide.ts';
import { gatewayPublications } from '../publications.ts';
import { user } from '../user/decide.ts';
import { createAuthenticate } from './authenticate.ts';
import { createFirstStart } from './first-start.ts';

/** What a start of the process has: its own state, folded from a ledger that outlives it. */
async function processOn(
  store = createMemoryEventStore(),
  vault = createMemoryKeyVault(),
  late: () => Promise<void> | undefined = () => undefined,
) {
  const clock = manualClock();
  const processors = createMemoryCheckpoints();
  const publisher = createPublisher(gatewayPublications);
  const embedded = createEmbeddedBus({ store, checkpoints: processors, publisher });
  const follow: MessageBus['follow'] = (options, follower) =>
    embedded.follow(options, async (messages, position) => {
      await late();
      await follower(messages, position);
    });
  const bus: MessageBus = { ...embedded, follow };
  const sealer = createSealer({ vault });
  const directory = createDirectory();
  const keys = createKeys();
  const following = followInto(bus, DIRECTORY_TOPICS, (message) => {
    directory.apply(message);
    keys.apply(message);
  });
  await following.caughtUp;
  const { seal } = sealer;
  const users = createCommandHandler({ store, decider: user, seal });
  const apiKeys = createCommandHandler({ store, decider: apiKey, seal });
  const firstStart = createFirstStart({
    service: {
      store,
      bus,
      processors,
      views: createProcessViews({ bus, store, views: createMemoryViewStore() }),
      sealer,
      disclose: createDiscloser(),
      clock,
      ids: seededIds(clock, store.acceptedPosition + 1),
      logger: createLogger({ level: 'error', service: 'gateway', destination: collectLogs() }),
      metrics: createMetrics(),
    },
    organizations: createCommandHandler({ store, decider: organization, seal }),
    defaultPlan: () => 'team',
    users,
    apiKeys,
    keys,
    directory,
    reached: async (position) => void (await following.reached(position)),
  });
  const authenticate = createAuthenticate(keys, directory, clock);
  const revoke = async (key: string) => {
    const id = readApiKey(key)?.id ?? '';
    const ids = seededIds(clock, store.acceptedPosition + 1);
    const metadata = edgeMetadata({ clock, ids }, { organization: 'default' });
    const command = { kind: 'revoke', by: { kind: 'user', id: 'owner' } } as const;
    const handled = await apiKeys.handle(`apikey-${id}`, command, metadata);
    await following.reached(handled.kind === 'handled' ? handled.position : 0);
  };
  const strip = async (id: string) => {
    const ids = seededIds(clock, store.acceptedPosition + 1);
    const registration = { user_id: id, roles: [], approval_level: 'never', trust_score: 500 } as const;
    const by = { kind: 'user', id } as const;
    const personal = { subject: id, retention: 'standard', disclosures: [] };
    const command = { kind: 'register', registration, seen: null, sameName: false, by, personal } as const;
    const metadata = edgeMetadata({ clock, ids }, { organization: 'default' });
    const handled = await users.handle(`user-default:${id}`, command, metadata);
    await following.reached(handled.kind === 'handled' ? handled.position : 0);
  };
  const owns = (key: string) => {
    const principal = authenticate(key, {});
    return principal instanceof Object && 'installationOwner' in principal;
  };
  return {
    store,
    vault,
    firstStart,
    revoke,
    strip,
    owns,
    isGood: (key: string) => authenticate(key, {}) !== null,
  };
}

async function typesOf(store: ReturnType<typeof createMemoryEventStore>): Promise<string[]> {
  const types: string[] = [];
  for await (const { events } of readAll(store)) types.push(...events.map(({ type }) => type));
  return types;
}

const FIRST = ['organization-created.v1', 'user-registered.v1', 'api-key-created.v1'];

describe('the first start', () => {
  it('makes the organization, its owner and a key, which is kept before it is good', async () => {
    const { store, firstStart, isGood } = await processOn();
    const kept: { key: string; good: boolean }[] = [];
    await firstStart(null, (key) => kept.push({ key, good: isGood(key) }));
    expect(await typesOf(store)).toEqual(FIRST);
    expect(kept).toEqual([{ key: expect.any(String), good: false }]);
    expect(isGood(kept[0]?.key ?? '')).toBe(true);
  });

  it('happens once: later starts find everything, and need no file', async () => {
    const first = await processOn();
    let key = '';
    await first.firstStart(null, (made) => {
      key = made;
    });
    for (const ownerKey of [key, null]) {
      const next = await processOn(first.store, first.vault);
      await next.firstStart(ownerKey, () => {
        throw new Error('no second key');
      });
      expect(next.isGood(key)).toBe(true);
    }
    expect(await typesOf(first.store)).toEqual(FIRST);
  });

  it('of two gateways, one after another, makes one key, also where the second hears late of the first', async () => {
    const store = createMemoryEventStore();
    const vault = createMemoryKeyVault();
    const heard = Promise.withResolvers<void>();
    const one = await processOn(store, vault);
    const other = await processOn(store, vault, () => heard.promise);
    const made: string[] = [];
    const first = (holder: string, { firstStart }: typeof one) =>
      exclusively({ store, name: 'first-start', holder }, () => firstStart(null, (key) => made.push(key)));
    await first('one', one);
    const second = first('other', other);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    heard.resolve();
    await second;
    expect(made).toHaveLength(1);
    expect((await typesOf(store)).filter((type) => !type.startsWith('lease'))).toEqual(FIRST);
  });

  it('that was cut off after it wrote the file is made good by the next one, with that very key', async () => {
    const cutOff = await processOn();
    let written = '';
    const crash = cutOff.firstStart(null, (key) => {
      written = key;
      throw new Error('the process ends here');
    });
    await expect(crash).rejects.toThrow('the process ends here');
    expect(await typesOf(cutOff.store)).toEqual(FIRST.slice(0, 2));
    const next = await processOn(cutOff.store, cutOff.vault);
    expect(next.isGood(written)).toBe(false);
    await next.firstStart(written, () => {
      throw new Error('there is a file');
    });
    expect(next.isGood(written)).toBe(true);
    expect(await typesOf(cutOff.store)).toEqual(FIRST);
  });

  it('is the way back where the last key of the last owner was revoked, and of no other', async () => {
    const first = await processOn();
    let lost = '';
    await first.firstStart(null, (key) => {
      lost = key;
    });
    await first.revoke(lost);
    const next = await processOn(first.store, first.vault);
    let found = '';
    await next.firstStart(lost, (key) => {
      found = key;
    });
    expect([next.isGood(lost), next.isGood(found)]).toEqual([false, true]);
    const later = await processOn(first.store, first.vault);
    await later.firstStart(found, () => {
      throw new Error('no third key');
    });
  });

  it('is the way back where nobody owns the installation any more', async () => {
    const first = await processOn();
    let lost = '';
    await first.firstStart(null, (key) => {
      lost = key;
    });
    await first.strip('owner');
    expect(first.owns(lost)).toBe(false);
    const next = await processOn(first.store, first.vault);
    let found = '';
    await next.firstStart(lost, (key) => {
      found = key;
    });
    expect(next.owns(found)).toBe(true);
    const again = await processOn(first.store, first.vault);
    await again.firstStart(found, () => {
      throw new Error('no third key');
    });
  });

  it('on a ledger that takes nothing fails, and keeps no key', async () => {
    const { store, firstStart } = await processOn();
    await store.close();
    const kept: string[] = [];
    await expect(firstStart(null, (key) => kept.push(key))).rejects.toThrow('could not be recorded');
    expect(kept).toEqual([]);
  });

  it('with a file that holds no key says so', async () => {
    const { firstStart } = await processOn();
    await expect(firstStart('not a key', () => {})).rejects.toThrow('owner.key does not hold a key');
    expect(readApiKey('not a key')).toBeNull();
  });
});
//x
