import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a kill switch to public ones, one to one. */
export const killSwitchPublications: readonly Publication[] = [
  publishAs(publicEvents['killswitch.engaged'], 'kill-switch-engaged.v1'),
  publishAs(publicEvents['killswitch.effective'], 'kill-switch-effective.v1'),
  publishAs(publicEvents['killswitch.released'], 'kill-switch-released.v1'),
  publishAs(publicEvents['killswitch.expired'], 'kill-switch-expired.v1'),
];
