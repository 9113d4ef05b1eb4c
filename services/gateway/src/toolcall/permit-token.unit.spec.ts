import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CALL_ID } from '../testing/call-commands.ts';
import { callIdOfToken, createPermitTokens } from './permit-token.ts';

const EVENT_ID = '8a841394-88f4-55f6-a102-930c32914b9a';
const OTHER_ID = '01a1fd5a-0e60-7260-a743-000000000c02';
const tokens = createPermitTokens(createSecretKey(Buffer.alloc(32, 1)));
const token = tokens.issue(CALL_ID, EVENT_ID);

describe('a permit token', () => {
  it('names its call, is the same on every retry, and says no more than that', () => {
    expect(token).toBe(tokens.issue(CALL_ID, EVENT_ID));
    expect(token).toMatch(new RegExp(`^csp_${CALL_ID}\\.[A-Za-z0-9_-]{43}$`));
    expect(callIdOfToken(token)).toBe(CALL_ID);
    expect(tokens.matches(token, CALL_ID, EVENT_ID)).toBe(true);
  });

  it.each([
    ['of another call', tokens.issue(OTHER_ID, EVENT_ID)],
    ['of another authorization of the call', tokens.issue(CALL_ID, OTHER_ID)],
    [
      'made with another key',
      createPermitTokens(createSecretKey(Buffer.alloc(32, 2))).issue(CALL_ID, EVENT_ID),
    ],
    ['with one character changed', `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['that is cut short', token.slice(0, -1)],
    ['that is longer', `${token}A`],
    ['whose call was exchanged', token.replace(CALL_ID, OTHER_ID)],
    ['that is empty', ''],
  ])('%s does not match', (_, forged) => {
    expect(tokens.matches(forged, CALL_ID, EVENT_ID)).toBe(false);
  });

  it.each([
    ['without a mac', `csp_${CALL_ID}`],
    ['with another prefix', token.replace('csp_', 'cs_')],
    ['with a mac of another length', `${token}A`],
    ['with an id that is none', token.replace(CALL_ID, CALL_ID.toUpperCase())],
    ['in white space', ` ${token}`],
    ['with a path in it', `csp_../../${CALL_ID}.${'A'.repeat(43)}`],
  ])('%s names no call', (_, text) => {
    expect(callIdOfToken(text)).toBeNull();
  });
});
