import { describeStoreError } from '@countersign/event-store';
import type { MeterCommand, RejectionCode } from '@countersign/metering';
import { isQuotaRefused, type MeterLedger, type QuotaFailure } from '@countersign/metering';
import { edgeMetadata, type NotAsked, type ServiceDependencies } from '@countersign/service';
import type { MeterBooks } from '../meter/books.ts';
import type { Cause } from '../reactions/cause.ts';
import type { Configure } from '../reactions/configure.ts';

/** What a command came to that somebody waits for. `ledger` is to be read at once. */
export type DecidedNow =
  | { readonly kind: 'decided'; readonly ledger: MeterLedger; readonly at: number }
  | { readonly kind: 'failure'; readonly failure: QuotaFailure }
  | { readonly kind: 'rejected'; readonly code: RejectionCode; readonly detail: string }
  | NotAsked;

/** Decides a command in an organization's book, under the plan in force, and tells what came of it. */
export type DecideNow = <T>(
  organization: string,
  command: (at: number, ledger: MeterLedger) => MeterCommand,
  toAnswer: (decided: DecidedNow) => T,
) => Promise<T>;

/** Tries where other instances write in the same book, or have just turned its page. */
const TRIES = 5;

/** Decides again where another instance wrote in the book meanwhile. */
export function createDecideNow(deps: {
  readonly service: Pick<ServiceDependencies, 'clock' | 'ids'>;
  readonly books: MeterBooks;
  readonly configure: Configure;
}): DecideNow {
  const { service, books, configure } = deps;
  return async (organization, command, toAnswer) => {
    let why = '';
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await books.run(organization, async (book) => {
        const metadata = edgeMetadata(service, { organization, time: new Date(book.at).toISOString() });
        const cause: Cause = { organization, metadata: () => edgeMetadata(service, metadata) };
        const unconfigured = await configure(book, cause);
        if (unconfigured) return { answer: toAnswer(notAsked('the plan can not be put in force now')) };
        const handled = await book.handle(command(book.at, book.ledger), metadata);
        if (handled.kind === 'failed') return handled;
        if (handled.kind === 'handled') {
          return { answer: toAnswer({ kind: 'decided', ledger: handled.state, at: book.at }) };
        }
        const { rejection } = handled;
        return {
          answer: toAnswer(
            isQuotaRefused(rejection)
              ? { kind: 'failure', failure: rejection.failure }
              : { kind: 'rejected', code: rejection.rejected, detail: rejection.detail },
          ),
        };
      });
      if ('answer' in answer) return answer.answer;
      why = describeStoreError(answer.error);
      if (answer.error.code !== 'VersionConflict') break;
    }
    return toAnswer(notAsked(why));
  };
}

/** Nobody could say; the detail is for people. */
export function notAsked(detail: string): NotAsked {
  return { kind: 'unavailable', detail };
}
