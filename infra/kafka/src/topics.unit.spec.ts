import { describe, expect, it } from 'vitest';
import { topicDefinitions } from './topics.ts';

describe('topics', () => {
  const topics = topicDefinitions();

  it('are those of the contract, each with its dead letters', () => {
    const names = ['intents', 'tool', 'evaluation', 'approval', 'quota', 'safety', 'control'];
    const expected = names.flatMap((name) => [
      `agent.${name}`,
      `agent.${name}.dlq`,
      `agent.${name}.dlq.replayed`,
    ]);
    expect(topics.map((topic) => topic.name)).toEqual(expected);
  });

  it('have one partition count, so that an organization has the same partition in all of them', () => {
    const keyed = topics.filter(({ name }) => !name.endsWith('.replayed'));
    expect(new Set(keyed.map((topic) => topic.partitions))).toEqual(new Set([12]));
  });

  it('keep control events for ever and the others for the longest outage', () => {
    const retention = Object.fromEntries(topics.map((topic) => [topic.name, topic.retentionMs]));
    expect(retention['agent.control']).toBe(-1);
    expect(retention['agent.tool']).toBe(7 * 86_400_000);
  });

  it('take the largest event that the store takes, with its headers', () => {
    for (const topic of topics) expect(topic.maxMessageBytes).toBeGreaterThanOrEqual(2 * 1024 * 1024);
  });
});
