import { describe, expect, it } from 'vitest';
import { path } from './path.ts';

describe('path', () => {
  it('encodes every part as one segment', () => {
    expect(path`/v1/agents/${'a/../b?c#d'}/disable`).toBe('/v1/agents/a%2F..%2Fb%3Fc%23d/disable');
    expect(path`/v1/agents`).toBe('/v1/agents');
  });

  it.each(['', '.', '..'])('refuses %j, which would lead elsewhere', (id) => {
    expect(() => path`/v1/agents/${id}`).toThrow('invalid_request');
  });
});
