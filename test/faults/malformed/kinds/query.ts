import fc from 'fast-check';
import type { Kind } from './kind.ts';

const NO_INTEGERS = [
  '',
  '0x10',
  '-1',
  '1e2',
  '1.5',
  'abc',
  '%20',
  '1%201',
  'NaN',
  '%00',
  '99999999999999999999',
  '30001',
  'null',
  '%zz',
  '%EF%BC%91',
];
const NO_TEXT = [
  '',
  '%00',
  'a%20b',
  '%ff',
  '%zz',
  '__proto__%20',
  '%F0%9F%92%A9',
  'x'.repeat(300),
  'A,,B',
  '%27',
];

/** Values of each parameter that it does not take. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  limit: [...NO_INTEGERS, '0', '1001'],
  wait_ms: NO_INTEGERS,
  after: NO_TEXT,
  status: [...NO_TEXT, 'allowed', 'AUTHORIZED', '__proto__', 'constructor'],
  state: [...NO_TEXT, 'open', 'WAITING', '__proto__', 'constructor'],
  agent_id: [...NO_TEXT, 'A', '_x'],
  types: [...NO_TEXT, 'agent', 'agent.tool.requested,', 'AGENT.TOOL', `a.b${',a.b'.repeat(60)}`],
  subject: [...NO_TEXT, 'toolcall', 'TOOLCALL-1'],
  scope: [...NO_TEXT, 'default', 'galaxy:x', 'organization:'],
  processor: ['x'.repeat(101)],
};
const UNKNOWN = [
  'x=1',
  '__proto__=1',
  'constructor=1',
  'limit%5B%5D=1',
  'toString=1',
  'LIMIT=1',
  '%00=1',
  'a'.repeat(3_000),
];

/** A parameter that the operation does not take, takes once, or takes otherwise. */
export const wrongQuery: Kind = (operation, good) => {
  if (operation.open) return null;
  const own = operation.query.flatMap((name) => [
    ...(WRONG[name] ?? []).map((value) => `${name}=${value}`),
    ...(WRONG[name] ?? []).map((value) => `${name}=1&${name}=${value}`),
  ]);
  return fc.constantFrom(...own, ...UNKNOWN).map((query) => ({
    ...good,
    target: `${good.target}?${query}`,
    wrong: `query ${query.slice(0, 60)}`,
  }));
};
