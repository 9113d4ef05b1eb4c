import { type Rejection, reject } from '@countersign/event-sourcing';

/** Another change came first. */
export function staleAt(version: number): Rejection<'version_conflict'> {
  return reject('version_conflict', `it is at version ${version} by now; read it again and repeat`);
}
