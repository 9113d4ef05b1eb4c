import type { ApprovalDenied, ApprovalGranted } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import type { Clock } from '@countersign/service';
import type { Metrics } from '@countersign/telemetry';
import { type ApprovalState, ENDS } from '../views/approvals.ts';

/**
 * Measures approvals from their events: pending ones and the age of the oldest from all there are, ends and waiting
 * times from those that come after `startedAt`, so that a start counts nothing for a second time.
 */
export function measureApprovals(
  metrics: Metrics,
  { clock, startedAt }: { readonly clock: Clock; readonly startedAt: number },
): (message: Message) => void {
  /** Times of the questions that wait, ms, the oldest first. */
  const waiting = new Map<string, number>();
  const ended = new Map<ApprovalState, { add(): void }>(
    Object.values(ENDS).map((state) => [state, metrics.counter('approvals_total', { state })]),
  );
  const wait = metrics.histogram('approval_wait_seconds', {});
  metrics.gauge('approvals_pending', {}, () => waiting.size);
  metrics.gauge('approvals_oldest_age_seconds', {}, () => {
    const [oldest = clock.nowMs()] = waiting.values();
    return Math.max(0, clock.nowMs() - oldest) / 1000;
  });
  return (message) => {
    const { type, subject, time, position } = message;
    if (type === 'agent.approval.requested') waiting.set(subject, Date.parse(time));
    const state = ENDS[type];
    if (state === undefined) return;
    waiting.delete(subject);
    if (position <= startedAt) return;
    ended.get(state)?.add();
    if (state !== 'granted' && state !== 'denied') return;
    wait.record((message.data as unknown as ApprovalGranted | ApprovalDenied).response_time_ms / 1000);
  };
}
