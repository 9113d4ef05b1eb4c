/** A copy of a JSON value with one place changed. */
export type Mutation = { readonly pointer: string; readonly value: unknown };

type Container = { [name: string]: unknown };

/** Values of every JSON type and some at the edges, to stand where they do not belong. */
const INTRUDERS: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  2 ** 53,
  '',
  'Nicht so!',
  'x'.repeat(5_000),
  [],
  [{}],
  {},
  { intruder: 1 },
];

/**
 * Every way to spoil one place: left out, one field too many, or replaced by each intruder. Places below a name in
 * `opaque` hold JSON of arbitrary content and are left alone.
 */
export function mutationsOf(value: unknown, opaque: readonly string[]): readonly Mutation[] {
  const mutations: Mutation[] = [];
  visit(value, '');
  return mutations;

  function visit(node: unknown, pointer: string): void {
    if (typeof node !== 'object' || node === null) return;
    if (!Array.isArray(node))
      change(pointer, (copy) => ({ ...(copy as Container), intruder: true }), '+intruder');
    for (const name of Object.keys(node)) {
      const place = `${pointer}/${name}`;
      if (!Array.isArray(node)) change(pointer, (copy) => without(copy as Container, name), `-${name}`);
      if (opaque.includes(name)) continue;
      for (const intruder of INTRUDERS)
        change(place, () => intruder, `=${JSON.stringify(intruder).slice(0, 20)}`);
      visit((node as Container)[name], place);
    }
  }

  function change(pointer: string, edit: (node: unknown) => unknown, label: string): void {
    mutations.push({
      pointer: `${pointer} ${label}`,
      value: edited(value, pointer.split('/').slice(1), edit),
    });
  }
}

function without(node: Container, name: string): Container {
  const { [name]: _, ...rest } = node;
  return rest;
}

function edited(node: unknown, path: readonly string[], edit: (node: unknown) => unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return edit(node);
  const copy: Container | unknown[] = Array.isArray(node) ? [...node] : { ...(node as Container) };
  (copy as Container)[name] = edited((copy as Container)[name], rest, edit);
  return copy;
}
