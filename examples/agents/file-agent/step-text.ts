import { plainJson, plainText } from '@countersign/cli';
import type { Step } from './guarded-tools.ts';

/** One step in words: what the agent wanted, and what came of it. */
export function stepText({ tool, given, result }: Step): string {
  return `${tool} ${shortened(plainJson(given))}: ${plainText(outcomeOf(result))}`;
}

function outcomeOf(result: Step['result']): string {
  switch (result.verdict) {
    case 'executed':
      return result.success ? 'allowed, done' : `allowed, but it failed: ${String(result.error)}`;
    case 'denied':
      return `denied: ${result.reasons.map(({ message }) => message).join('; ') || result.detail}`;
    case 'throttled':
      return `throttled by ${result.throttle}, try again in ${result.retryAfterMs} ms`;
    case 'over_quota':
      return `over quota: ${result.meter}, ${result.used} of ${result.limit} used`;
    default:
      return result.verdict;
  }
}

/** The end of long arguments says little. */
function shortened(text: string): string {
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}
