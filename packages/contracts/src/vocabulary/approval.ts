import { z } from 'zod';

/** How an approval can stand. */
export const approvalStates = ['waiting', 'granted', 'denied', 'expired', 'void'] as const;

/** How an approval stands. */
export const approvalState = z.enum(approvalStates).meta({ id: 'ApprovalState' });
