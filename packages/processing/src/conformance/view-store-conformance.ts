import { describe } from 'vitest';
import { commitCases } from './view-store-commit.ts';
import type { OpenViewStore } from './view-store-harness.ts';
import { openCases } from './view-store-open.ts';
import { queryCases } from './view-store-query.ts';

/** What every adapter of the view store must do, whatever it keeps the rows in. */
export function viewStoreConformance(name: string, open: OpenViewStore): void {
  describe(`view store: ${name}`, () => {
    describe('open', () => openCases(open));
    describe('commit and get', () => commitCases(open));
    describe('query', () => queryCases(open));
  });
}
