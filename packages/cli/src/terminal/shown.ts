import { plainJson } from './plain-text.ts';
import type { Shown } from './table.ts';

/** A value of an answer as a cell or field shows it; `(erased)` where its key is destroyed. */
export function shown(value: unknown): Shown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (isErased(value)) return '(erased)';
  const words = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return words ? value.join(', ') : plainJson(value);
}

/** What the API answers in place of an erased field. */
export function isErased(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'erased' in value && value.erased === true;
}
