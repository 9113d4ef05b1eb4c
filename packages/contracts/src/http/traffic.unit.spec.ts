import { expect, it } from 'vitest';
import { throttleCategories } from '../vocabulary/plan.ts';
import { routes } from './routes.ts';
import { categoriesOf, TRAFFIC } from './traffic.ts';

it.each([
  ['POST', '/v1/tool-calls', ['tool_calls', 'ai_services']],
  ['GET', '/v1/tool-calls', ['standard']],
  ['GET', '/v1/tool-calls/0197/timeline', ['tracing_slow']],
  ['POST', '/v1/tool-calls/0197/outcome', ['tracing_fast']],
  ['GET', '/v1/events/stream', ['tracing_slow']],
  ['POST', '/v1/permits/redeem', ['services_fast']],
  ['GET', '/v1/tools/mail.send', ['core_fast']],
  ['PUT', '/v1/tools/mail.send', ['standard']],
  ['POST', '/mcp', ['ai_services']],
  ['GET', '/v1/eventsx', ['standard']],
])('A-THR-10: %s %s is %j', (method, path, categories) => {
  expect(categoriesOf(method, path)).toEqual(categories);
});

it('has endpoints for every category that a plan can name', () => {
  expect([...Object.keys(TRAFFIC), 'standard'].sort()).toEqual([...throttleCategories].sort());
});

it('gives every route of the contract a category', () => {
  for (const { method, path } of Object.values(routes)) {
    expect(categoriesOf(method, path.replaceAll(/\{\w+\}/g, 'x')).length).toBeGreaterThan(0);
  }
});
