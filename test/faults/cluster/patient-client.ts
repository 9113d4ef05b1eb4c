import { randomUUID } from 'node:crypto';
import type { Client, Reply } from '../client.ts';
import { patiently } from './patiently.ts';

/** A client that sends the same again while it is told to, as the contract has it, and so gets an answer of another kind. */
export function patient(client: Client): Client {
  return (method, path, sent = {}) => {
    const headers = { 'idempotency-key': randomUUID(), ...sent.headers };
    return patiently(async () => {
      const reply = await client(method, path, { ...sent, headers });
      if (isForNow(reply)) throw new Error(`${method} ${path} was answered ${JSON.stringify(reply)}`);
      return reply;
    });
  };
}

function isForNow(reply: Reply): boolean {
  if (reply.kind === 'lost') return true;
  return reply.status === 503 && (reply.body.code === 'unavailable' || reply.body.code === 'overloaded');
}
