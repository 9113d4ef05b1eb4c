import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, expect, it } from 'vitest';
import {
  AGENT,
  AT,
  abandon,
  announce,
  authorize,
  block,
  CALL_ID,
  commandsOfACall,
  EXECUTOR,
  EXPIRES_AT,
  history,
  lapse,
  later,
  OUTCOME_TTL_MS,
  redeem,
  report,
} from '../testing/call-commands.ts';
import { toolCall } from './decide.ts';

const parties = { tool_call_id: CALL_ID, agent_id: 'helper', user_id: 'alice', tool_name: 'read-file' };
const announced = history(announce());
const authorized = history(announce(), authorize());
const redeemed = history(announce(), authorize(), redeem());

describe('an announcement', () => {
  it('records what the agent thought and what it asks for', () => {
    const command = announce();
    spec(toolCall)
      .given()
      .when(command)
      .then(
        {
          type: 'decision-made.v2',
          data: {
            agent_id: 'helper',
            user_id: 'alice',
            tool_selected: 'read-file',
            confidence_score: 900,
            timestamp: AT,
          },
          personal: command.personal.decision,
        },
        { type: 'tool-requested.v2', data: command.request, personal: command.personal.request },
      );
  });

  it.each([
    ['is being judged', announced],
    ['has a permit', authorized],
    ['has ended', history(announce(), block())],
  ])('under an id whose call %s changes nothing', (_, given) => {
    spec(toolCall)
      .given(...given)
      .when(announce({ tool_name: 'delete-file' }))
      .thenNothing();
  });
});

describe('an authorization', () => {
  it('is a permit bound to arguments, definition, policies and switches', () => {
    const { request } = announce();
    spec(toolCall)
      .given(...announced)
      .when(authorize({ obligations: { redact: ['/password'] } }))
      .then({
        type: 'tool-authorized.v1',
        data: {
          ...parties,
          arguments_digest: request.arguments_digest,
          tool_definition_hash: 'B2TLSPGOdMb6DzPyooRJTo9cqIW3BBOl63StOZoSW1A',
          policy_set: `sha256:${'4'.repeat(64)}`,
          obligations: { redact: ['/password'] },
          expires_at: EXPIRES_AT,
          kill_epoch: '7',
        },
      });
  });

  it('is redeemed in the same append where the caller executes itself', () => {
    const decided = history(announce({ redeem: true }), authorize()).slice(2);
    expect(decided).toMatchObject([
      { type: 'tool-authorized.v1' },
      {
        type: 'permit-redeemed.v1',
        data: { ...parties, by: AGENT, mode: 'self', kill_epoch: '7', redeemed_at: later(10) },
      },
    ]);
  });

  it.each([
    ['was never announced', []],
    ['has a permit already', authorized],
    ['was blocked, so that a late verdict loses', history(announce(), block({ reason: 'undecided' }))],
    ['lapsed', history(announce(), authorize(), lapse())],
  ])('of a call that %s changes nothing', (_, given) => {
    spec(toolCall)
      .given(...given)
      .when(authorize())
      .thenNothing();
  });
});

describe('a block', () => {
  it('is the one final event, with every reason', () => {
    const reasons = [
      { layer: 'policy', code: 'deny', message: 'not at night', policy: 'default', rule: 'night' },
      { layer: 'tool', code: 'unknown_tool', message: 'the tool is not declared' },
    ];
    spec(toolCall)
      .given(...announced)
      .when(block({ reasons, killSwitchId: CALL_ID }))
      .then({
        type: 'safety-blocked.v1',
        data: {
          tool_call_id: CALL_ID,
          reason: 'denied',
          blocked_action: 'read-file',
          user: 'alice',
          context: {
            agent_id: 'helper',
            layer: 'policy',
            rules: ['default/night'],
            reasons,
            tool_action: 'read',
            environment: 'development',
            kill_switch_id: CALL_ID,
          },
        },
      });
  });

  it('reaches an open permit only where it is meant to', () => {
    const given = spec(toolCall).given(...authorized);
    given.when(block({ open: 'unredeemed' })).thenTypes('safety-blocked.v1');
    given.when(block({ open: 'undecided' })).thenNothing();
  });

  it.each([
    ['redeemed', redeemed],
    ['reported', history(announce(), authorize(), redeem(), report())],
    ['abandoned', history(announce(), authorize(), redeem(), abandon())],
    ['lapsed', history(announce(), authorize(), lapse())],
    ['blocked', history(announce(), block())],
  ])('leaves a call alone that is %s', (_, given) => {
    spec(toolCall)
      .given(...given)
      .when(block({ open: 'unredeemed' }))
      .thenNothing();
  });
});

describe('a redemption', () => {
  it('uses the permit up', () => {
    spec(toolCall)
      .given(...authorized)
      .when(redeem())
      .then({
        type: 'permit-redeemed.v1',
        data: { ...parties, by: EXECUTOR, mode: 'executor', kill_epoch: '8', redeemed_at: later(1_000) },
      });
  });

  it.each([
    ['one millisecond before its end', later(59_999), 'permit-redeemed.v1'],
    ['at its end', EXPIRES_AT, 'expired'],
    ['later', later(60_001), 'expired'],
  ])('%s: %s', (_, time, outcome) => {
    const then = spec(toolCall)
      .given(...authorized)
      .when(redeem({ time }));
    if (outcome === 'expired') then.thenRejected(outcome);
    else then.thenTypes(outcome);
  });

  it.each([
    ['there is no call', [], 'permit_invalid'],
    ['it is still judged', announced, 'permit_invalid'],
    ['it was refused', history(announce(), block()), 'permit_invalid'],
    [
      'it was blocked after its authorization',
      history(announce(), authorize(), block({ open: 'unredeemed' })),
      'void',
    ],
    ['its permit lapsed', history(announce(), authorize(), lapse()), 'expired'],
    ['its permit is used', redeemed, 'permit_redeemed'],
    ['it was used by the caller', history(announce({ redeem: true }), authorize()), 'permit_redeemed'],
    ['it was executed without it', history(announce(), authorize(), report()), 'permit_redeemed'],
    ['it was abandoned', history(announce(), authorize(), redeem(), abandon()), 'permit_redeemed'],
  ])('is refused where %s', (_, given, code) => {
    spec(toolCall)
      .given(...given)
      .when(redeem())
      .thenRejected(code);
  });
});

describe('time', () => {
  it('ends a permit that nobody redeemed, not before', () => {
    const given = spec(toolCall).given(...authorized);
    given.when(lapse(later(59_999))).thenNothing();
    given.when(lapse(EXPIRES_AT)).then({ type: 'tool-lapsed.v1', data: parties });
  });

  it('closes a redeemed call without an outcome, not before', () => {
    const given = spec(toolCall).given(...redeemed);
    given.when(abandon(later(999 + OUTCOME_TTL_MS))).thenNothing();
    given.when(abandon(later(1_000 + OUTCOME_TTL_MS))).then({ type: 'tool-abandoned.v1', data: parties });
  });

  it.each([
    ['announced', announced],
    ['redeemed', redeemed],
    ['blocked', history(announce(), block())],
    ['reported', history(announce(), authorize(), report())],
  ])('lets nothing lapse that is %s', (_, given) => {
    spec(toolCall)
      .given(...given)
      .when(lapse(later(2 * OUTCOME_TTL_MS)))
      .thenNothing();
  });

  it.each([
    ['authorized', authorized],
    ['lapsed', history(announce(), authorize(), lapse())],
    ['reported', history(announce(), authorize(), redeem(), report())],
  ])('abandons nothing that is %s', (_, given) => {
    spec(toolCall)
      .given(...given)
      .when(abandon(later(2 * OUTCOME_TTL_MS)))
      .thenNothing();
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(toolCall, commandsOfACall, 1_000);
});
