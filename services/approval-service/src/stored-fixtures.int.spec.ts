import { itFoldsItsStoredFixtures, stateOf } from '@countersign/service/testing';
import { accessHandler } from './accesshandler/decide.ts';
import { accessRequest } from './accessrequest/decide.ts';
import { accessReview } from './accessreview/decide.ts';
import { approval } from './approval/decide.ts';
import { approvalServicePublications } from './approval-service.ts';

itFoldsItsStoredFixtures('approval-service', {
  publications: approvalServicePublications,
  states: {
    approval: stateOf(approval),
    accessrequest: stateOf(accessRequest),
    accessreview: (history) => ({ review: stateOf(accessReview)(history) }),
    accesshandler: (history) => ({ handler: stateOf(accessHandler)(history) }),
  },
});
