import type { Colours } from './colours.ts';
import { shown } from './shown.ts';
import { fields } from './table.ts';

/** Every member of an answer, one a line, under the names that it has in the API. */
export function record(value: object, paint: Colours): string {
  return fields(
    Object.entries(value).map(([name, member]) => [name, shown(member)]),
    paint,
  );
}
