import { itFoldsItsStoredFixtures, stateOf } from '@countersign/service/testing';
import { access } from './access/decide.ts';
import { evaluation } from './evaluation/decide.ts';
import { namespace } from './namespace/decide.ts';
import { policy } from './policy/decide.ts';
import { policyEnginePublications } from './policy-engine.ts';
import { workIntent } from './workintent/decide.ts';

itFoldsItsStoredFixtures('policy-engine', {
  publications: policyEnginePublications,
  states: {
    evaluation: stateOf(evaluation),
    policy: stateOf(policy),
    access: stateOf(access),
    workintent: stateOf(workIntent),
    namespace: stateOf(namespace),
  },
});
