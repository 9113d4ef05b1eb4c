import { startStandalone } from '@countersign/testing';
import { expect, it } from 'vitest';
import { runExample } from '../run-example.ts';

it('is allowed, denied and recorded, with nothing but the data directory to go by', async () => {
  await using standalone = await startStandalone();
  const env = { COUNTERSIGN_URL: standalone.url, COUNTERSIGN_DATA_DIR: standalone.dataDirectory };
  const { code, stdout, stderr } = await runExample('quickstart/quickstart.ts', [], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    'allowed: The second signature makes an order valid.',
    'denied: unknown_tool',
    expect.stringMatching(
      /^recorded: agent\.decision\.made, agent\.tool\.requested, .*agent\.tool\.authorized, agent\.permit\.redeemed, agent\.tool\.called/,
    ),
    '',
  ]);
});
