import { describe, expect, it } from 'vitest';
import { startAcme } from '../testing/running-engine.ts';

describe('the metrics of evaluations', () => {
  it('count verdicts, declared tools and missing permissions, each evaluation once', async () => {
    const engine = await startAcme();
    const definition = { required_permissions: ['file:delete'] };
    await engine.upstream.tool('delete-file', definition);
    await engine.upstream.announced(1);
    await engine.upstream.announced(2, { tool: 'delete-file', definition });
    await engine.upstream.announced(3, { tool: 'nobody-declared', change: { tool_definition_hash: null } });
    await engine.settled();
    const text = await engine.metrics();
    const shown = text.split('\n').filter((line) => /^(decisions|permission)/.test(line));
    expect(shown.sort()).toEqual([
      'decisions_per_tool_total{tool="delete-file"} 1',
      'decisions_per_tool_total{tool="read-file"} 1',
      'decisions_total{verdict="allow"} 1',
      'decisions_total{verdict="deny"} 2',
      'decisions_total{verdict="require_approval"} 0',
      'permission_denied_total 1',
    ]);
  });

  it('count nothing that is only delivered again', async () => {
    const engine = await startAcme();
    await engine.upstream.announced(1);
    await engine.settled();
    const again = await engine.restart({ redeliver: true });
    await again.settled();
    expect(await again.metrics()).toContain('decisions_total{verdict="allow"} 0\n');
  });
});
