import type { Attributes } from '@opentelemetry/api';

/** Most sets of labels of one metric; further ones are counted together. */
export const MAX_SERIES = 500;

const OTHER = 'other';

/** One handle for each set of labels of a metric, and one for all sets beyond the bound. */
export interface Series<Handle> {
  get(labels: Readonly<Record<string, string>>): Handle;
  all(): Iterable<Handle>;
}

/** The series of a metric with these label names; `create` makes the handle of a set of labels at its first use. */
export function seriesOf<Handle>(
  names: readonly string[],
  create: (labels: Attributes) => Handle,
): Series<Handle> {
  const handles = new Map<string, Handle>();
  const add = (values: readonly string[]): Handle => {
    const key = keyOf(values);
    const handle =
      handles.get(key) ?? create(Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])));
    handles.set(key, handle);
    return handle;
  };
  return {
    get(labels) {
      const values = names.map((name) => labels[name] ?? '');
      const known = handles.get(keyOf(values));
      return known ?? add(handles.size < MAX_SERIES ? values : values.map(() => OTHER));
    },
    all: () => handles.values(),
  };
}

function keyOf(values: readonly string[]): string {
  return values.join('\u0000');
}
