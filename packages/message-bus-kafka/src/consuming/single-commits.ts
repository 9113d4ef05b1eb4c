import { createRequire } from 'node:module';
import type { OffsetsByTopicPartition } from 'kafkajs';

/** The client's part in a group: it commits in the generation that it is in when it is called. */
interface GroupMember {
  commitOffsets(offsets: OffsetsByTopicPartition): Promise<void>;
}

const ofClient = createRequire(import.meta.url);
const member = (ofClient('kafkajs/src/consumer/consumerGroup') as { readonly prototype: GroupMember })
  .prototype;
const commitOnce = member.commitOffsets;

/**
 * A commit that fails is not tried again by the client, which would do so in whatever generation it is in by then (K7). With
 * it a client can be told to commit before it has handed over any batch, as it must where there are only marks.
 */
member.commitOffsets = async function commitInGeneration(offsets) {
  try {
    await commitOnce.call(this, offsets);
  } catch (cause) {
    throw Object.assign(new Error('the offsets are not committed', { cause }), { retriable: false });
  }
};
