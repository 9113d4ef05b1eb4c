import { logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { toClientLogger } from './client-log.ts';
import { collectedLog } from './testing/collected-log.ts';

describe("the client's log", () => {
  const say = (level: logLevel, message: string, error?: string) => {
    const { lines, log } = collectedLog();
    const entry = { namespace: 'Connection', level, label: 'X' };
    toClientLogger(log)(level)({ ...entry, log: { timestamp: '', message, ...(error ? { error } : {}) } });
    return (Object.keys(lines) as (keyof typeof lines)[]).find((name) => lines[name].length > 0);
  };

  it.each([
    "The coordinator is loading and hence can't process requests for this group",
    'The coordinator is not available',
    'This is not the correct coordinator for this group',
    'This server does not host this topic-partition',
    'There is no leader for this topic-partition as we are in the middle of a leadership election',
    'Connection error: connect ECONNREFUSED',
    'The group is rebalancing, so a rejoin is needed',
  ])('K14: does not call an error what passes by itself: %s', (text) => {
    expect(say(logLevel.ERROR, 'Response Heartbeat(key: 12, version: 1)', text)).toBe('warn');
  });

  it('calls an error what somebody has to look at', () => {
    const refused = 'Not authorized to access group: Group authorization failed';
    expect(say(logLevel.ERROR, 'Response JoinGroup(key: 11, version: 5)', refused)).toBe('error');
  });

  it('K5: says it aloud when what comes next in a partition is gone', () => {
    expect(say(logLevel.ERROR, 'Offset out of range, resetting to default offset')).toBe('error');
  });

  it('says little of the rest', () => {
    expect(say(logLevel.WARN, 'something odd')).toBe('warn');
    expect(say(logLevel.INFO, 'Consumer has joined the group')).toBe('debug');
  });
});
