/** Something that a client was told, and that the ledger must show for ever after. */
export interface Acknowledgement {
  readonly call: string;
  /** The event that says so. */
  readonly shows: string;
  /** The answer's position, where it gave one: the event there belongs to the call. */
  readonly position?: string | undefined;
}
