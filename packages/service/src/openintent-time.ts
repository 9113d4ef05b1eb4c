/** A moment as OpenIntent's clients read it with every version of their language: they do not all know `Z`. */
export function openIntentTime(time: string): string {
  return time.replace(/Z$/, '+00:00');
}
