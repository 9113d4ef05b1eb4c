import fc from 'fast-check';
import { methodsOf } from '../operations.ts';
import type { Kind } from './kind.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH'];
const NO_METHODS = ['BREW', 'get', 'POSTS', '', 'G T', '\x00', 'QUERY2', 'PRI'];

/** A method that the path is not offered with, or none at all. */
export const wrongMethod: Kind = (operation, good) => {
  // What is open is answered to HEAD as well.
  const offered = [...methodsOf(operation.path), ...(operation.open ? ['HEAD'] : [])];
  const others = METHODS.filter((method) => !offered.includes(method));
  return fc
    .constantFrom(...others, ...NO_METHODS)
    .map((method) => ({ ...good, method, wrong: `method ${method}` }));
};

const NO_IDS = [
  '%zz',
  '%',
  '%f0%28%8c%28',
  '%ff',
  '%00',
  'a%00b',
  '%0d%0aX-Injected:%20yes',
  '..',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f',
  '.',
  'A',
  'Thing',
  '__proto__',
  '_x',
  '-x',
  'a%20b',
  'a,b',
  'a:b',
  '\xe9',
  '\xff\xfe',
  '%E2%80%AE',
  '%F0%9F%92%A9',
  'a'.repeat(64),
  'a'.repeat(201),
  'a'.repeat(9_000),
  '{id}',
  '$ne',
  "'%20OR%201=1--",
  '%5B%5D',
];

/** An id in the path that is none. */
export const wrongId: Kind = (operation, good) => {
  if (!operation.path.includes('{')) return null;
  const percent = fc.string({ maxLength: 12 }).map((text) => `!${encodeURIComponent(text)}`);
  return fc.oneof(fc.constantFrom(...NO_IDS), percent).map((id) => ({
    ...good,
    target: operation.path.replaceAll(/\{\w+\}/g, () => id),
    wrong: `id ${id.slice(0, 40)}`,
  }));
};

/** A path that nothing is served under. */
export const wrongPath: Kind = (operation, good) =>
  fc
    .constantFrom(
      `${good.target}/`,
      `${good.target}/x/y/z`,
      `/${good.target}`,
      `${good.target}%`,
      `${good.target}%00`,
      good.target.toUpperCase(),
      good.target.replace('/', '\\'),
      `/api${good.target}`,
      `${good.target}/../../..`,
      '*',
      '/v1',
      `/v1/${'x/'.repeat(500)}`,
      good.target.slice(1),
      `/${'a'.repeat(17_000)}`,
    )
    .filter((target) => !operation.open || !target.startsWith('/docs'))
    .map((target) => ({ ...good, target, wrong: `path ${target.slice(0, 60)}` }));
