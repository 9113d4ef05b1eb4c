/** How much somebody may do with a work intent or namespace; each level includes those before it. */
export type Level = 'read' | 'write' | 'admin';

/** From least to most. */
export const LEVELS: readonly Level[] = ['read', 'write', 'admin'];

/** Whether what is held is enough. Nothing held is never enough. */
export function includesLevel(held: Level | null, required: Level): boolean {
  return held !== null && LEVELS.indexOf(held) >= LEVELS.indexOf(required);
}

/** The greater of two; nothing is less than every level. */
export function greaterLevel(one: Level | null, other: Level | null): Level | null {
  if (one === null || other === null) return one ?? other;
  return includesLevel(one, other) ? one : other;
}
