import fc from 'fast-check';
import { wrongId, wrongMethod, wrongPath } from './kinds/address.ts';
import { foreignOrganization, withoutKey } from './kinds/authorization.ts';
import { wrongShape } from './kinds/body-shape.ts';
import { wrongText } from './kinds/body-text.ts';
import { cutOff, wrongFraming, wrongHead } from './kinds/framing.ts';
import { uninvitedBody, wrongContentType, wrongOwnHeader } from './kinds/headers.ts';
import type { GoodKeys, Kind } from './kinds/kind.ts';
import { wrongQuery } from './kinds/query.ts';
import { type Operation, operations } from './operations.ts';
import { goodRequest, type RawRequest } from './raw-request.ts';

/** Every way of getting a request wrong, and how often it is taken. */
const KINDS: readonly [weight: number, kind: Kind][] = [
  [2, withoutKey],
  [1, foreignOrganization],
  [2, wrongMethod],
  [2, wrongId],
  [1, wrongPath],
  [2, wrongQuery],
  [4, wrongText],
  [5, wrongShape],
  [1, wrongContentType],
  [1, uninvitedBody],
  [1, wrongOwnHeader],
  [1, wrongHead],
  [1, wrongFraming],
  [1, cutOff],
];

/** What is sent, and to what. */
export interface Malformed {
  readonly operation: Operation;
  readonly request: RawRequest;
}

/** A request to any operation of the document that is good but for one thing. */
export function malformedRequest(keys: GoodKeys): fc.Arbitrary<Malformed> {
  const of = (operation: Operation, key: string): fc.Arbitrary<RawRequest> => {
    const good = goodRequest(operation, key);
    const kinds = KINDS.flatMap(([weight, kind]) => {
      const arbitrary = kind(operation, good);
      return arbitrary ? [{ weight, arbitrary }] : [];
    });
    return fc.oneof(...kinds);
  };
  // Agents may do little: most of theirs is refused for that. The owner may do everything.
  const holders = [
    { key: keys.owner, weight: 4 },
    { key: keys.agent, weight: 1 },
  ];
  const each = operations.flatMap((operation) =>
    holders.map(({ key, weight }) => ({
      weight,
      arbitrary: of(operation, key).map((request) => ({ operation, request })),
    })),
  );
  return fc.oneof(...each);
}
