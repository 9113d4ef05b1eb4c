export { isPublicAddress } from './addresses.ts';
export {
  createWebhooks,
  type WebhookAnswer,
  type WebhookFailure,
  type WebhookPost,
  type Webhooks,
} from './webhooks.ts';
