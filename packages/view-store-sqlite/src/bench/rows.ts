import type { ViewDefinition, ViewStore, ViewWrite } from '@countersign/processing';

/** Half of the rows are inserted, half change every index; `BATCH` rows per commit, two commits under way. */
const BATCH = 2_000;
const GROUP = 'bench.rows.v1';

const calls: ViewDefinition = {
  name: 'bench.calls',
  columns: { organization: 'text', status: 'text', agent_id: 'text', deadline: 'integer' },
  indexes: [['organization', 'status'], ['organization', 'agent_id'], ['deadline']],
};

/** Upserts `rows` rows of about 500 bytes with three indexes; rows per second until all are stored. */
export async function measureRows(views: ViewStore, rows: number): Promise<number> {
  await views.open(GROUP, [calls], Number.MAX_SAFE_INTEGER);
  const begin = performance.now();
  let stored: Promise<unknown> = Promise.resolve();
  let checkpoint = 0;
  for (let first = 0; first < rows / 2; first += BATCH) {
    const before = stored;
    const commit = (writes: ViewWrite[]) => {
      checkpoint += 1;
      return views.commit(GROUP, writes, checkpoint);
    };
    stored = Promise.all([commit(batch(first, 'authorized')), commit(batch(first, 'succeeded'))]);
    await before;
  }
  await stored;
  return (rows / (performance.now() - begin)) * 1_000;
}

function batch(first: number, status: 'authorized' | 'succeeded'): ViewWrite[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const n = first + i;
    const deadline = status === 'authorized' ? 1_793_491_200_000 + n : null;
    return { view: calls.name, key: timeOrderedKey(n), row: { ...call(n), status, deadline } };
  });
}

/** A key as UUIDv7 makes them: four a millisecond, the rest scattered. */
export function timeOrderedKey(n: number): string {
  const time = (1_793_491_200_000 + Math.floor(n / 4)).toString(16).padStart(12, '0');
  const rest = Math.imul(n, 2_654_435_761) >>> 0;
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${rest.toString(16).padStart(12, '0')}`;
}

function call(n: number) {
  return {
    organization: `organization-${n % 5}`,
    agent_id: `agent-${(n * 7) % 50}`,
    user_id: `user-${(n * 13) % 200}`,
    tool_name: 'files.write',
    arguments_digest: 'mK3x0cQbq0c2Zl1p8Yx1m0m8w3v5b7n9k1j3h5g7f9d',
    reasons: [{ layer: 'policy', code: 'allowed', message: 'every declared tool is allowed' }],
    created_at: '2026-11-01T00:00:00.000Z',
    updated_at: '2026-11-01T00:00:00.000Z',
    position: n,
  };
}
