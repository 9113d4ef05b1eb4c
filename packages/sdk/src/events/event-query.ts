/** Which events. */
export interface EventQuery {
  /** Begin after this position. */
  readonly after?: string | undefined;
  /** Only these types; `audit.*` comes only when it is named here. */
  readonly types?: readonly string[] | undefined;
  /** Only this stream. */
  readonly subject?: string | undefined;
}
