import type { Redact } from '../http/redaction.ts';
import { frozenCopy } from '../json/frozen-copy.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { OutcomeRequest, Usage } from '../model/outcome.ts';
import type { Execute, Execution, GuardOptions } from './guarded-call.ts';

/** Longest result that is recorded, in bytes of JSON; a body may have 256 KiB in all. */
const MAX_RESULT_BYTES = 128 * 1024;

/** Longest error text that is recorded; the server takes 16000. */
const MAX_ERROR_CHARS = 4_000;

/** The server's longest `latency_ms`: one week. */
const MAX_LATENCY_MS = 604_800_000;

/** How an execution went, and what is reported about it. */
export interface Performed<Value> {
  readonly result:
    | { readonly success: true; readonly value: Value }
    | { readonly success: false; readonly error: unknown };
  readonly report: OutcomeRequest;
}

/** Runs the function, once, and draws up the report. Never rejects. */
export async function perform<Arguments extends object, Value>(
  execute: Execute<Arguments, Value>,
  execution: Omit<Execution<Arguments>, 'recordUsage'>,
  recordedResult: GuardOptions<Value>['recordedResult'],
  redact: Redact,
): Promise<Performed<Value>> {
  let usage: Usage | undefined;
  const recordUsage = (more: Usage): void => {
    usage = { ...usage, ...more };
  };
  const started = performance.now();
  const report = (outcome: Pick<OutcomeRequest, 'success' | 'result' | 'error'>): OutcomeRequest => ({
    permit: execution.permit,
    ...outcome,
    latency_ms: Math.min(Math.max(0, Math.round(performance.now() - started)), MAX_LATENCY_MS),
    ...(usage === undefined ? {} : { usage }),
  });
  try {
    const value = await execute({ ...execution, recordUsage });
    const result = toRecord(value, recordedResult);
    return {
      result: { success: true, value },
      report: report({ success: true, ...(result === undefined ? {} : { result }) }),
    };
  } catch (error) {
    const text = redact(describe(error)).slice(0, MAX_ERROR_CHARS);
    return { result: { success: false, error }, report: report({ success: false, error: text }) };
  }
}

/** The result as it can be recorded; undefined for none. What a caller's selection throws must not look like a failed execution. */
function toRecord<Value>(
  value: Value,
  recordedResult: ((value: Value) => unknown) | undefined,
): JsonValue | undefined {
  let selected: unknown = value;
  try {
    if (recordedResult !== undefined) selected = recordedResult(value);
  } catch {
    return undefined;
  }
  if (selected === undefined) return undefined;
  const copy = frozenCopy(selected);
  if (!copy.ok) return undefined;
  const bytes = new TextEncoder().encode(JSON.stringify(copy.value)).length;
  return bytes <= MAX_RESULT_BYTES ? copy.value : undefined;
}

function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'an error that cannot be printed';
  }
}
