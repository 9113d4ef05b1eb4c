import type { Run } from './run.ts';

/** Steps that a member takes to be put into a set. */
const STEPS_TO_REMEMBER = 5;

/** Which members of one value a schema has looked at: what `unevaluatedProperties` and `unevaluatedItems` go by. */
export class Evaluated {
  readonly names = new Set<string>();
  readonly indices = new Set<number>();
  everyName = false;
  everyItem = false;

  merge(other: Evaluated, run: Run): void {
    run.spend(STEPS_TO_REMEMBER * (other.names.size + other.indices.size));
    for (const name of other.names) this.names.add(name);
    for (const index of other.indices) this.indices.add(index);
    this.everyName ||= other.everyName;
    this.everyItem ||= other.everyItem;
  }
}
