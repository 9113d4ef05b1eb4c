import { member } from '../json.ts';
import { judge, judgeQuietly, type Node } from '../node.ts';
import type { ArgumentError, Run } from '../run.ts';
import type { Keyword, Site } from '../site.ts';
import { alternatives, text } from './given.ts';

function nodesOf(given: unknown, site: Site, keyword: string): readonly Node[] | undefined {
  return alternatives(given, site, keyword)?.map((_, index) => site.inPlace(keyword, index));
}

export const allOf: Keyword = (given, site, keyword) => {
  const nodes = nodesOf(given, site, keyword);
  if (!nodes) return null;
  return (value, run, seen) => {
    let valid = true;
    for (const node of nodes) {
      if (judge(node, value, run, seen)) continue;
      valid = false;
      if (!run.wantsMore) return false;
    }
    return valid;
  };
};

/** Runs something whose problems are kept aside: they count only if nothing else fits. */
function aside<T>(
  run: Run,
  ask: () => T,
): { readonly answer: T; readonly problems: readonly ArgumentError[] } {
  const { errors } = run;
  const problems: ArgumentError[] = [];
  run.errors = errors && problems;
  const answer = ask();
  run.errors = errors;
  return { answer, problems };
}

function failWith(run: Run, problems: readonly ArgumentError[], detail: string): false {
  for (const problem of problems) if (run.wantsMore) run.errors?.push(problem);
  return run.fail(detail);
}

export const anyOf: Keyword = (given, site, keyword) => {
  const nodes = nodesOf(given, site, keyword);
  if (!nodes) return null;
  const detail = `must match at least one of ${nodes.length} alternatives`;
  return (value, run, seen) => {
    const { answer, problems } = aside(run, () => {
      let valid = false;
      for (const node of nodes) {
        if (!judge(node, value, run, seen)) continue;
        valid = true;
        if (!seen) break;
      }
      return valid;
    });
    return answer || failWith(run, problems, detail);
  };
};

export const oneOf: Keyword = (given, site, keyword) => {
  const nodes = nodesOf(given, site, keyword);
  if (!nodes) return null;
  const detail = `must match exactly one of ${nodes.length} alternatives`;
  return (value, run, seen) => {
    const { answer, problems } = aside(run, () => {
      const matching: number[] = [];
      for (const [index, node] of nodes.entries()) {
        if (matching.length < 2 && judge(node, value, run, seen)) matching.push(index);
      }
      return matching;
    });
    if (answer.length === 1) return true;
    if (answer.length === 0) return failWith(run, problems, detail);
    return run.fail(`${detail}, and matches those at ${answer.join(' and ')}`);
  };
};

export const not: Keyword = (_, site, keyword) => {
  const node = site.inPlace(keyword);
  return (value, run) => !judgeQuietly(node, value, run, null) || run.fail('must not match its "not"');
};

/** `then` and `else` mean something only beside it. */
export const conditional: Keyword = (_, site, keyword) => {
  const condition = site.inPlace(keyword);
  const [yes, no] = ['then', 'else'].map((branch) =>
    member(site.schema, branch) === undefined ? null : site.inPlace(branch),
  );
  return (value, run, seen) => {
    const branch = judgeQuietly(condition, value, run, seen) ? yes : no;
    return !branch || judge(branch, value, run, seen);
  };
};

export const reference: Keyword = (given, site, keyword) => {
  const to = text(given, site, keyword);
  const node = to === null ? null : site.reference(keyword, to);
  return node && ((value, run, seen) => judge(node, value, run, seen));
};

/** Leads to the anchor of that name in the outermost resource that the check came through. */
export const dynamicReference: Keyword = (given, site, keyword) => {
  const to = text(given, site, keyword);
  const node = to === null ? null : site.reference(keyword, to);
  if (to === null || !node) return null;
  const targets = site.dynamicTargets(to);
  return (value, run, seen) => {
    const outermost = targets && run.resources.find((base) => targets.has(base));
    return judge((outermost && targets?.get(outermost)) || node, value, run, seen);
  };
};
