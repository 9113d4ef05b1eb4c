import type { Decider, Personal } from '@countersign/event-sourcing';
import type { EvaluationEvent, Phase, ToolEvaluated } from './events.ts';

/** Records what a phase came to. The judgement itself is a pure function of facts and policies: see `judge.ts`. */
export interface Record {
  readonly kind: 'record';
  readonly evaluated: ToolEvaluated['data'];
  readonly personal: Personal;
}

/** Which phases of a call have been judged; each once. */
export interface Evaluation {
  readonly judged: readonly Phase[];
}

function evolve(state: Evaluation, event: EvaluationEvent): Evaluation {
  return event.type === 'tool-evaluated.v1' ? { judged: [...state.judged, event.data.phase] } : state;
}

function decide(command: Record, state: Evaluation): readonly EvaluationEvent[] {
  if (state.judged.includes(command.evaluated.phase)) return [];
  return [{ type: 'tool-evaluated.v1', data: command.evaluated, personal: command.personal }];
}

/** Each phase of a call is judged once, whatever is asked again. */
export const evaluation: Decider<Evaluation, Record, EvaluationEvent> = {
  initial: { judged: [] },
  evolve,
  decide,
};
