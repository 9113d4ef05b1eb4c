import { createLogger, createMetrics } from '@countersign/telemetry';
import { collectLogs } from '@countersign/testing';
import { expect, it } from 'vitest';
import { unknownKeys } from './unknown-keys.ts';

it('a key that the vault never had is logged and counted', async () => {
  const logs = collectLogs();
  const metrics = createMetrics();
  const told = unknownKeys(createLogger({ level: 'info', service: 'test', destination: logs }), metrics);
  expect(await metrics.expose()).toMatch(/^unknown_data_keys_total 0$/m);
  told('acme:alice:2026-11:standard:1');
  expect(logs.records()).toMatchObject([{ level: 'error', dataKey: 'acme:alice:2026-11:standard:1' }]);
  expect(await metrics.expose()).toMatch(/^unknown_data_keys_total 1$/m);
});
