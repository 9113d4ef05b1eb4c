import { type JsonObject, upcasting } from '@countersign/event-sourcing';
import { scoreOf } from './confidence.ts';

/** Until v2 the confidence was stored as the number from 0 to 1 that the agent gave. */
function withScore({ confidence, ...data }: JsonObject): JsonObject {
  return { ...data, confidence_score: scoreOf(confidence as number | null) };
}

/** A stored event of a call to the newest version of its type. */
export const upcastToolCall = upcasting([
  { from: 'decision-made.v1', to: 'decision-made.v2', upcast: withScore },
  { from: 'tool-requested.v1', to: 'tool-requested.v2', upcast: withScore },
]);
