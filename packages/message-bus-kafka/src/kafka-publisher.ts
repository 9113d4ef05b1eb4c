import type { MessagePublisher } from '@countersign/message-bus';
import { connectTo, DEFAULT_TIMING, type KafkaOptions } from './client.ts';
import { encodeMessage } from './cloud-event/encode.ts';
import { type Proving, withProof } from './cloud-event/proof.ts';
import { createSender } from './sending/sender.ts';

/** Publishes what a relay reads from the ledger. */
export interface KafkaPublisher extends MessagePublisher {
  close(): Promise<void>;
}

/** The relay's end of the bus: messages in order per organization, proven, acknowledged by all replicas in sync. */
export function createKafkaPublisher(options: KafkaOptions & Proving): KafkaPublisher {
  const { sendTimeoutMs } = { ...DEFAULT_TIMING, ...options.timing };
  const sender = createSender(connectTo(options), { timeoutMs: sendTimeoutMs });
  return {
    publish: (messages) =>
      sender.send(
        messages.flatMap((message) =>
          message.topic === null ? [] : withProof(options.proofKey, encodeMessage(message.topic, message)),
        ),
      ),
    close: () => sender.close(),
  };
}
