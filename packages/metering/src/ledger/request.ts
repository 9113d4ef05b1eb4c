import type { Amount, Reserve } from './commands.ts';
import type { Scopes } from './scope.ts';

/**
 * A request's content in canonical text. Times are no part of it: a second delivery is the same request later.
 */
export function requestText(
  amounts: readonly Amount[],
  { organization, workspace, project, user }: Scopes,
  traffic: Reserve['traffic'],
): string {
  const counted = amounts.map(({ key, amount }) => [key, amount]);
  const path = [organization, workspace ?? null, project ?? null, user ?? null];
  const { categories, endpoint, amount } = traffic ?? {};
  const throttled =
    traffic === null ? null : [categories, endpoint?.method ?? null, endpoint?.path ?? null, amount];
  return JSON.stringify([counted, path, throttled]);
}

/** What a request's text says was asked for, and in which scopes. */
export function readRequest(text: string): {
  readonly amounts: readonly Amount[];
  readonly scopes: Scopes;
} {
  const [counted, path] = JSON.parse(text) as [[string, number][], [string, ...(string | null)[]]];
  const [organization, workspace, project, user] = path;
  return {
    amounts: counted.map(([key, amount]) => ({ key, amount })),
    scopes: {
      organization,
      ...(workspace == null ? {} : { workspace }),
      ...(project == null ? {} : { project }),
      ...(user == null ? {} : { user }),
    },
  };
}
