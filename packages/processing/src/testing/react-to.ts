import type { Message } from '@countersign/message-bus';
import { type ReactorOptions, startReactor } from '../reactor/reactor.ts';
import type { Shop } from './shop.ts';

/** A reactor on the shop's orders, in order per order. */
export function reactTo(shop: Shop, handle: ReactorOptions['handle'], more: Partial<ReactorOptions> = {}) {
  return startReactor({
    group: 'shop.mail.v1',
    bus: shop.bus,
    topics: ['orders'],
    types: ['order.placed', 'order.paid'],
    parking: shop.checkpoints,
    subject: (message) => message.subject,
    now: () => 0,
    handle,
    ...more,
  });
}

/** `a2`: the second message of order a. */
export const nameOf = ({ subject, sequence }: Message) => `${subject.replace('order-', '')}${sequence}`;
