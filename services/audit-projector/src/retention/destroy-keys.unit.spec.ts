import type { Message } from '@countersign/message-bus';
import { DONE } from '@countersign/processing';
import type { KeyVault } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { DEFAULT_RETENTION, TRACE_RETENTION } from '@countersign/service';
import { expect, it } from 'vitest';
import type { AuditEvent } from '../audit/events.ts';
import { createDestroyKeys } from './destroy-keys.ts';

const flushed = (data: object): Message =>
  ({
    type: 'retention.flushed',
    organization: 'acme',
    data: { domain: 'traces', before: '2026-11-15T00:00:00.000Z', except: [], ...data },
  }) as unknown as Message;

async function vaultWithKeys() {
  const vault = createMemoryKeyVault();
  for (const month of ['2026-09', '2026-10', '2026-11']) {
    for (const subject of ['ann', 'bob']) {
      for (const retention of [TRACE_RETENTION, DEFAULT_RETENTION]) {
        await vault.key({ organization: 'acme', subject, month, retention });
      }
      await vault.key({ organization: 'globex', subject, month, retention: TRACE_RETENTION });
    }
  }
  return vault;
}

async function goneIn(vault: KeyVault): Promise<string[]> {
  const gone: string[] = [];
  for (const organization of ['acme', 'globex']) {
    const page = await vault.list({ organization });
    if ('code' in page) throw new Error(page.detail);
    for (const { destroyed, subject, month, retention } of page.keys) {
      if (destroyed) gone.push(`${organization} ${subject} ${month} ${retention}`);
    }
  }
  return gone.sort();
}

function destroying(vault: KeyVault) {
  const recorded: AuditEvent[] = [];
  const trail = { record: async (_organization: string, event: AuditEvent) => recorded.push(event) > 0 };
  return { destroy: createDestroyKeys({ vault, trail }), recorded };
}

it('destroys the keys of calls in months that are wholly past, of that organization alone, and records it once', async () => {
  const vault = await vaultWithKeys();
  const { destroy, recorded } = destroying(vault);
  expect([await destroy(flushed({})), await destroy(flushed({}))]).toEqual([DONE, DONE]);
  expect(await goneIn(vault)).toEqual([
    'acme ann 2026-09 traces',
    'acme ann 2026-10 traces',
    'acme bob 2026-09 traces',
    'acme bob 2026-10 traces',
  ]);
  expect(recorded).toEqual([
    {
      type: 'retention-keys-destroyed.v1',
      data: { domain: 'traces', before: '2026-11-15T00:00:00.000Z', keys: 4 },
    },
  ]);
});

it('leaves the keys of people under a legal hold, and those of events', async () => {
  const vault = await vaultWithKeys();
  const { destroy, recorded } = destroying(vault);
  await destroy(flushed({ domain: 'events' }));
  expect(recorded).toEqual([]);
  await destroy(flushed({ before: '2026-10-31T23:59:59.999Z', except: ['bob'] }));
  expect(await goneIn(vault)).toEqual(['acme ann 2026-09 traces']);
});

it('waits for a vault that does not answer', async () => {
  const vault = await vaultWithKeys();
  const { destroy, recorded } = destroying(vault);
  await vault.close();
  expect(await destroy(flushed({}))).not.toBe(DONE);
  expect(recorded).toEqual([]);
});
