import { describeStoreError, type StoreError } from '@countersign/event-store';
import { status } from '@grpc/grpc-js';
import { appendTooLarge, type CallError, invalid, unavailable } from '../protocol/call-error.ts';
import { packed } from '../protocol/definitions.ts';
import type { BatchStatus } from '../protocol/messages.ts';

/** The refusals of a store that are errors of the call; a conflict is an answer. */
export function callErrorOf(error: Exclude<StoreError, { code: 'VersionConflict' }>): CallError {
  switch (error.code) {
    case 'EventTooLarge':
      return appendTooLarge(error.limit);
    case 'EmptyBatch':
      return invalid(describeStoreError(error));
    case 'OutcomeUnknown':
      return { code: status.DEADLINE_EXCEEDED, details: describeStoreError(error) };
    case 'StoreUnavailable':
      return unavailable(describeStoreError(error));
  }
}

/** A version as current or expected revision, by the names that the message at hand has for it. */
export function revisionOr<Revision extends string, None extends string>(
  version: number,
  revision: Revision,
  none: None,
): { [Name in Revision]?: string } & { [Name in None]?: Record<string, never> } {
  const said = version === 0 ? { [none]: {} } : { [revision]: String(version - 1) };
  return said as { [Name in Revision]?: string } & { [Name in None]?: Record<string, never> };
}

/** The error of one batch in a call that goes on. */
export function batchStatusOf(error: StoreError | CallError): BatchStatus {
  if ('details' in error) {
    const { code, details, metadata } = error;
    const limit = metadata?.get('maximum-append-size')[0];
    if (limit !== undefined) return tooLarge(details, Number(limit));
    const message = details;
    return { code, message, details: detailsOf(code, message) };
  }
  const message = describeStoreError(error);
  switch (error.code) {
    case 'VersionConflict':
      return {
        code: status.ALREADY_EXISTS,
        message,
        details: packed('event_store.client.WrongExpectedVersion', {
          ...revisionOr(error.actual, 'currentStreamRevision', 'currentNoStream'),
          ...revisionOr(error.expected, 'expectedStreamPosition', 'expectedNoStream'),
        }),
      };
    case 'EventTooLarge':
      return tooLarge(message, error.limit);
    case 'OutcomeUnknown':
      return {
        code: status.DEADLINE_EXCEEDED,
        message,
        details: packed('event_store.client.Timeout', {}),
      };
    default:
      return { code: status.UNAVAILABLE, message, details: packed('event_store.client.Unknown', {}) };
  }
}

function detailsOf(code: status, message: string): BatchStatus['details'] {
  switch (code) {
    case status.PERMISSION_DENIED:
    case status.UNAUTHENTICATED:
      return packed('event_store.client.AccessDenied', {});
    case status.UNAVAILABLE:
      return packed('event_store.client.Unknown', {});
    default:
      return packed('event_store.client.BadRequest', { message });
  }
}

function tooLarge(message: string, maxAppendSize: number): BatchStatus {
  return {
    code: status.INVALID_ARGUMENT,
    message,
    details: packed('event_store.client.MaximumAppendSizeExceeded', { maxAppendSize }),
  };
}
