import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { DomainEvent, JsonValue } from '@countersign/event-sourcing';
import { argumentsDigest, createDiscloser, createSealer } from '../index.ts';
import { createMemoryKeyVault } from '../memory/index.ts';

interface SealingFigure {
  readonly what: string;
  /** Microseconds per run: the median of batches, so that one pause of the machine doesn't count. */
  readonly micros: number;
}

/** An event as `agent.tool.requested` is: arguments of a file write and a sentence of reason. */
const ARGUMENTS: JsonValue = {
  path: '/home/ada/reports/2026-q3.md',
  content: 'Revenue rose in the third quarter, mostly in the north. '.repeat(4),
  mode: 420,
  options: { create: true, backup: null, tags: ['report', 'draft'] },
};
const REASON = 'Ada asked for the summary of the third quarter to be saved beside the others.';

const BATCHES = 40;

/**
 * What one erasable event costs on one core with its key held: made at the edge, sealed, opened. The first figure is
 * the floor: bare node:crypto encrypting as many bytes.
 */
export async function sealingBench(rounds = 40_000): Promise<readonly SealingFigure[]> {
  const vault = createMemoryKeyVault();
  const discloser = createDiscloser();
  const sealer = createSealer({ vault });
  const cold = createSealer({ vault, recentEvents: 0 });
  const disclosures = () => [discloser('arguments', ARGUMENTS), discloser('reason', REASON)];
  const event = (): DomainEvent => ({
    type: 'tool-requested.v1',
    data: {},
    personal: { subject: 'ada', retention: 'standard', disclosures: disclosures() },
  });
  const stream = 'toolcall-0193e2d8-3b5a-7c1e-9f00-5a1b2c3d4e5f';
  let sealedEvents = 0;
  const metadata = {
    organization: 'default',
    time: '2026-11-21T09:00:00.000Z',
    eventId: () => `0193e2d8-3b5a-7c1e-9f00-${String(sealedEvents++).padStart(12, '0')}`,
  };
  const decided = event();
  const [sealed] = await sealer.seal(stream, [decided], metadata);
  const stored = { ...sealed!, stream };
  await cold.open(stored);

  const measure = (what: string, run: () => unknown): SealingFigure => {
    const perBatch = rounds / BATCHES;
    const batches = Array.from({ length: BATCHES }, () => {
      const start = performance.now();
      for (let round = 0; round < perBatch; round += 1) run();
      return ((performance.now() - start) * 1000) / perBatch;
    });
    return { what, micros: batches.sort((a, b) => a - b)[BATCHES / 2]! };
  };
  const secret = createSecretKey(randomBytes(32));
  const plaintext = decided.personal!.disclosures.map((d) => d.encoded).join('~');
  const bare = () => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce);
    const body = cipher.update(plaintext, 'latin1');
    cipher.final();
    return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
  };
  return [
    measure('floor: AES-256-GCM of the same bytes', bare),
    measure('disclose arguments and reason', disclosures),
    measure('recompute arguments_digest', () => argumentsDigest('AAECAwQFBgcICQoLDA0ODw', ARGUMENTS)),
    measure('seal, key held', () => sealer.seal(stream, [decided], metadata)),
    measure('open from the ciphertext, key held', () => cold.open(stored)),
    measure('open reason alone from the ciphertext', () => cold.openFields(stored, ['reason'])),
    await (async () => {
      const [recent] = await sealer.seal(stream, [decided], metadata);
      const again = { ...recent!, stream };
      return measure('open just after sealing', () => sealer.open(again));
    })(),
  ];
}
