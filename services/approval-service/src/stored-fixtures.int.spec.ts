import { itFoldsItsStoredFixtures, stateOf } from '@countersign/service/testing';
import { approval } from './approval/decide.ts';
import { approvalServicePublications } from './approval-service.ts';

itFoldsItsStoredFixtures('approval-service', {
  publications: approvalServicePublications,
  states: { approval: stateOf(approval) },
});
