import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { CALM_FACTS } from '../testing/sample-facts.ts';
import { evaluation, type Record } from './decide.ts';
import type { Phase, ToolEvaluated, Verdict } from './events.ts';

const personal = { subject: 'alice', retention: 'standard', disclosures: [] };

const evaluated = (phase: Phase, verdict: Verdict): ToolEvaluated['data'] => ({
  tool_call_id: 'c1',
  phase,
  verdict,
  reasons: [],
  rules: [],
  shadow: [],
  obligations: {},
  risk_score: 0,
  policy_set: 'set',
  facts: CALM_FACTS,
  arguments_digest: 'digest',
  tool_definition_hash: 'hash',
});
const record = (phase: Phase, verdict: Verdict): Record => ({
  kind: 'record',
  evaluated: evaluated(phase, verdict),
  personal,
});
const recorded = (phase: Phase, verdict: Verdict): ToolEvaluated => ({
  type: 'tool-evaluated.v1',
  data: evaluated(phase, verdict),
  personal,
});

describe('an evaluation', () => {
  it('is recorded once for each phase', () => {
    spec(evaluation).given().when(record('request', 'allow')).then(recorded('request', 'allow'));
    spec(evaluation)
      .given(recorded('request', 'require_approval'))
      .when(record('release', 'allow'))
      .then(recorded('release', 'allow'));
  });

  it('is not replaced by another verdict of the same phase', () => {
    spec(evaluation).given(recorded('request', 'deny')).when(record('request', 'allow')).thenNothing();
    spec(evaluation)
      .given(recorded('request', 'require_approval'), recorded('release', 'deny'))
      .when(record('release', 'allow'))
      .thenNothing();
  });

  it('is idempotent after any history', () => {
    const phase = fc.constantFrom<Phase>('request', 'release');
    const verdict = fc.constantFrom<Verdict>('allow', 'deny', 'require_approval');
    alwaysIdempotent(
      evaluation,
      fc.tuple(phase, verdict).map(([one, said]) => record(one, said)),
    );
  });
});
