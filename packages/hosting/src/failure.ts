const GENERAL_REMEDY = 'mend the cause (disk space, rights) and start again; nothing acknowledged is lost';

/** What went wrong, with its causes and what to do about it, as one sentence for the operator. */
export function describeFailure(failure: unknown): string {
  const messages: string[] = [];
  let cause = failure;
  while (cause !== undefined) {
    messages.push(cause instanceof Error ? cause.message : String(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  const told = messages.join(': ');
  return told.includes('; remedy: ') ? told : `${told}; remedy: ${GENERAL_REMEDY}`;
}
