/** A refusal as a value: a stable code and what is wrong in words. Nothing was decided, nothing is stored. */
export interface Rejection<Code extends string = string> {
  readonly rejected: Code;
  readonly detail: string;
}

/** Makes a rejection; the detail is for people. */
export function reject<Code extends string>(code: Code, detail: string): Rejection<Code> {
  return { rejected: code, detail };
}

/** Tells a rejection from what was decided. */
export function isRejection<Code extends string>(value: unknown): value is Rejection<Code> {
  return typeof value === 'object' && value !== null && 'rejected' in value;
}
