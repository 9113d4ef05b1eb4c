import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { createClient, expectAnswer, keyFor, listAll } from '../client.ts';
import { fileLimit, type OwnProcess, startOwnProcess } from '../own-process.ts';
import { announcement, registerBasics } from '../registrations.ts';

/** Some hundred calls; a file may not grow beyond that, as if the disk were full. */
const DISK_KIBIBYTES = 3_072;
const CLIENTS = 8;

/** Starts where files have room for so many KiB only. */
async function startOnSmallDisk(dataDirectory: string): Promise<{ url: string; started: OwnProcess }> {
  const started = startOwnProcess({ dataDirectory, through: fileLimit(DISK_KIBIBYTES) });
  const url = await started.address;
  if (url === null) throw new Error(started.output());
  return { url, started };
}

describe('a disk that is full', () => {
  it('while it runs stops the installation with a clear error, and nothing acknowledged is lost', async () => {
    await using directory = await temporaryDirectory();
    const first = await startStandalone({ dataDirectory: directory.path });
    const { ownerKey } = first;
    const firstOwner = createClient(first.url, ownerKey);
    await registerBasics(firstOwner);
    const agentKey = await keyFor(firstOwner, 'agent', 'helper');
    await first.stop();

    const { url, started } = await startOnSmallDisk(directory.path);
    const agent = createClient(url, agentKey);
    const acknowledged = new Set<string>();
    const refused = new Set<string>();
    const client = async () => {
      for (;;) {
        const body = announcement('read-file', 'a'.repeat(2_000), { redeem: true });
        const reply = await agent('POST', '/v1/tool-calls', { body });
        if (reply.kind === 'lost') return;
        if (reply.status === 200) acknowledged.add(reply.body.id!);
        else refused.add(`${reply.status} ${reply.body.code}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(/"level":"fatal".*Countersign stops: going on would not be safe/);
    expect(started.output()).toMatch(
      /^Countersign has stopped: .*(disk is full|disk I\/O error).*; remedy: /m,
    );
    expect(started.output()).toContain(directory.path);
    expect(acknowledged.size).toBeGreaterThan(20);
    expect([...refused]).toEqual(refused.size === 0 ? [] : ['503 unavailable']);

    await using again = await startStandalone({ dataDirectory: directory.path });
    const owner = createClient(again.url, ownerKey);
    const redeemed = await listAll(owner, '/v1/events?types=agent.permit.redeemed');
    const recorded = new Set(redeemed.map(({ correlationid }) => correlationid));
    expect([...acknowledged].filter((call) => !recorded.has(call))).toEqual([]);
    const goesOn = createClient(again.url, agentKey)('POST', '/v1/tool-calls', {
      body: announcement('read-file', 'a'),
    });
    await expectAnswer(goesOn, 200);
  });

  // Too small for the ledger's files, and for those of the views.
  it.each([16, 64])('from the start (%d KiB) refuses it, and the next one is a first start', async (size) => {
    await using directory = await temporaryDirectory();
    const started = startOwnProcess({ dataDirectory: directory.path, through: fileLimit(size) });
    expect(await started.address).toBeNull();
    expect(await started.ended).not.toBe(0);
    expect(started.output()).toMatch(/^Countersign can not start: .*disk.*; remedy: .*start again/m);
    expect(started.output()).toContain(directory.path);

    await using again = await startStandalone({ dataDirectory: directory.path });
    await expectAnswer(createClient(again.url, again.ownerKey)('GET', '/v1/users'), 200);
  });
});
