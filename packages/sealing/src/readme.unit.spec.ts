import { expect, it } from 'vitest';
import { createDiscloser, createSealer, isOpenError } from './index.ts';
import { createMemoryKeyVault } from './memory/index.ts';

it('does what the example in the README shows', async () => {
  const vault = createMemoryKeyVault();
  const sealer = createSealer({ vault });
  const disclose = createDiscloser();

  const [sealed] = await sealer.seal(
    'toolcall-1',
    [
      {
        type: 'tool-requested.v1',
        data: { agent_id: 'agent-1' },
        personal: {
          subject: 'ada',
          retention: 'standard',
          disclosures: [disclose('reason', 'Ada is ill')],
        },
      },
    ],
    { organization: 'acme', time: '2026-11-21T09:00:00.000Z', eventId: () => 'event-1' },
  );
  const stored = { ...sealed!, stream: 'toolcall-1' };

  const opened = await sealer.open(stored);
  if (isOpenError(opened)) throw new Error(opened.detail);
  expect(opened.fields).toEqual({ reason: 'Ada is ill' });

  await vault.destroy({ organization: 'acme', subject: 'ada' });
  expect(await sealer.open(stored)).toEqual({
    erased: true,
    fields: { reason: { erased: true } },
    key: 'destroyed',
  });
});
