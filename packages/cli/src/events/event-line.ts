import type { CloudEvent } from '@countersign/sdk';
import type { Colours } from '../terminal/colours.ts';
import { plainText } from '../terminal/plain-text.ts';
import { summaryOf } from './summary.ts';

/** Widest type that events of a call have, and its colour's end. */
const TYPE_CHARS = 24;

/** One event in one line: position, time, type, and what it says. */
export function eventLine(event: CloudEvent, paint: Colours): string {
  const { position, time, type } = event;
  const head = `${paint.dim(position.padStart(6))}  ${paint.dim(time.slice(11, 23))}`;
  return `${head}  ${colourOf(type, paint)(type.padEnd(TYPE_CHARS))}  ${plainText(summaryOf(event))}`;
}

function colourOf(type: string, paint: Colours): (text: string) => string {
  if (/\.(blocked|denied|voided|engaged|effective|abandoned|overrun)$/.test(type)) return paint.red;
  if (/^agent\.approval\.|\.(expired|lapsed)$/.test(type)) return paint.yellow;
  if (/\.(authorized|redeemed|called)$/.test(type)) return paint.green;
  return paint.cyan;
}
