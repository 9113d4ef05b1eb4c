const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's place in a trace (W3C), where it sent one that can be read: a broken one is no reason to refuse. */
export function traceparentOf(sent: string | readonly string[] | null | undefined): string | undefined {
  return typeof sent === 'string' && TRACEPARENT.test(sent) ? sent : undefined;
}
