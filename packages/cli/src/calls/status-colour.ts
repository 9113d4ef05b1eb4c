import type { CallStatus } from '@countersign/sdk';
import type { Colours } from '../terminal/colours.ts';

/** Green went well, red was refused or failed, yellow is open or ended without anybody's doing. */
export function statusColour(status: CallStatus, paint: Colours): (text: string) => string {
  switch (status) {
    case 'authorized':
    case 'redeemed':
    case 'succeeded':
      return paint.green;
    case 'denied':
    case 'blocked':
    case 'failed':
      return paint.red;
    default:
      return paint.yellow;
  }
}
