import { itFoldsItsStoredFixtures } from '@countersign/service/testing';
import { auditProjectorPublications } from './audit-projector.ts';

itFoldsItsStoredFixtures('audit-projector', {
  publications: auditProjectorPublications,
  // These events state what happened; nothing is decided on them, so they come to nothing but their number.
  states: { audit: (history) => ({ events: history.length }) },
});
