import { closeServer, createServer, listen } from '@countersign/http';
import { createClusterClient, serveCluster } from '@countersign/internal-http';
import { newClusterKey } from '@countersign/internal-http/testing';
import { createLogger } from '@countersign/telemetry';
import { collectLogs } from '@countersign/testing';
import { expect, it, onTestFinished } from 'vitest';
import type { Admission, AdmissionAnswer } from './admission.ts';
import { admissionCalls, createRemoteAdmission } from './admission-calls.ts';

const REFUSED: AdmissionAnswer = {
  kind: 'refused',
  by: { kind: 'gauge', key: 'users', scope: 'organization:acme' },
  limit: 5,
  used: 5,
  retryAfterMs: null,
};

/** The process that counts, and one that asks it. */
async function remote() {
  const asked: unknown[] = [];
  const admission: Admission = {
    request(ask) {
      asked.push(ask);
      return { kind: 'admitted', rate: { limit: 3, remaining: 2 } };
    },
    async place(ask) {
      asked.push(ask);
      return REFUSED;
    },
    async reached(position) {
      asked.push(position);
      return true;
    },
  };
  const key = newClusterKey();
  const app = createServer({
    logger: createLogger({ level: 'fatal', service: 'test', destination: collectLogs() }),
  });
  serveCluster(app, { key, nowMs: Date.now }, admissionCalls(admission));
  const url = await listen(app, '127.0.0.1', 0);
  const client = createClusterClient({ url, key, nowMs: Date.now });
  onTestFinished(async () => {
    await client.close();
    await closeServer(app, 0);
  });
  return { admission: createRemoteAdmission(client), asked, stop: () => closeServer(app, 0) };
}

const REQUEST = {
  by: { kind: 'agent', id: 'bot', organization: 'acme' },
  traffic: { categories: ['standard'], method: 'GET', path: '/v1/tools' },
  amounts: [{ key: 'audit_reads', amount: 1 }],
  known: 7,
} as const;
const PLACE = { organization: 'acme', gauge: 'users', subject: 'ann', known: 8 } as const;

it('is asked of the process that counts, and answered by it', async () => {
  const { admission, asked } = await remote();
  // A principal has more than is asked about; its key is nobody's business there.
  const by = { ...REQUEST.by, keyId: 'k1' };
  expect(await admission.request({ ...REQUEST, by })).toEqual({
    kind: 'admitted',
    rate: { limit: 3, remaining: 2 },
  });
  expect(await admission.place(PLACE)).toEqual(REFUSED);
  expect(await admission.reached(12)).toBe(true);
  expect(asked).toEqual([REQUEST, PLACE, 12]);
});

it('admits nothing where that process can not be asked', async () => {
  const { admission, stop } = await remote();
  await stop();
  expect(await admission.request(REQUEST)).toMatchObject({ kind: 'unavailable' });
  expect(await admission.place(PLACE)).toMatchObject({ kind: 'unavailable' });
  expect(await admission.reached(12)).toBe(false);
});
