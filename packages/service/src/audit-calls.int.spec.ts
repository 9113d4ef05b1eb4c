import { closeServer, createServer, listen } from '@countersign/http';
import { createClusterClient, serveCluster } from '@countersign/internal-http';
import { newClusterKey } from '@countersign/internal-http/testing';
import { createLogger } from '@countersign/telemetry';
import { collectLogs } from '@countersign/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { auditCalls, createRemoteAudit } from './audit-calls.ts';
import { type CountedRefusals, MAX_KEYS } from './refusals.ts';

const OLGA = {
  kind: 'user',
  id: 'olga',
  organization: 'acme',
  keyId: 'k1',
  installationOwner: true,
} as const;
const READING = {
  what: 'timeline',
  filter: { types: null, subject: 'toolcall-1', after: null },
  count: 3,
} as const;

/** The process that has the trail, and one that records in it. */
async function remote() {
  const recorded: unknown[] = [];
  const state = { works: true };
  const record = async (...what: unknown[]) => {
    if (state.works) recorded.push(what);
    return state.works;
  };
  const key = newClusterKey();
  const app = createServer({
    logger: createLogger({ level: 'fatal', service: 'test', destination: collectLogs() }),
  });
  const calls = auditCalls({ recordRead: record, recordRefusals: record });
  serveCluster(app, { key, nowMs: Date.now }, calls);
  const url = await listen(app, '127.0.0.1', 0);
  const client = createClusterClient({ url, key, nowMs: Date.now });
  onTestFinished(async () => {
    await client.close();
    await closeServer(app, 0);
  });
  return { audit: createRemoteAudit(client), recorded, state, stop: () => closeServer(app, 0) };
}

describe('the audit trail of another process', () => {
  it('records a reading before it is said to be recorded, with who read what', async () => {
    const { audit, recorded } = await remote();
    expect(await audit.recordRead(OLGA, READING)).toBe(true);
    expect(recorded).toEqual([[OLGA, READING]]);
  });

  it('records no reading where it can not, or can not be asked: nothing is handed out then', async () => {
    const { audit, recorded, state, stop } = await remote();
    state.works = false;
    expect(await audit.recordRead(OLGA, READING)).toBe(false);
    await stop();
    expect(await audit.recordRead(OLGA, READING)).toBe(false);
    expect(await audit.recordRefusals('acme', { from: '', to: '', refusals: [] })).toBe(false);
    expect(recorded).toEqual([]);
  });

  it('takes all refusals that a process can have counted at once', async () => {
    const { audit, recorded } = await remote();
    const counted: CountedRefusals = {
      from: '2026-11-21T12:00:00.000Z',
      to: '2026-11-21T12:01:00.000Z',
      refusals: Array.from({ length: MAX_KEYS + 40 }, (_, index) => ({
        by: { kind: 'service', id: String(index).padStart(63, 'x') },
        what: 'POST /v1/organizations/:id/plan',
        filter: { code: 'unsupported_media_type' },
        count: 1_000_000 + index,
      })),
    };
    expect(await audit.recordRefusals('acme', counted)).toBe(true);
    expect(recorded).toEqual([['acme', counted]]);
  });
});
