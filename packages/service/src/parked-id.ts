import { hash } from 'node:crypto';

/** The id of a parked subject: stable, and within the pattern of ids. */
export function parkedId(group: string, subject: string): string {
  return hash('sha256', `${group}\n${subject}`, 'hex').slice(0, 32);
}
