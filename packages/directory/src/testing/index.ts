export { createKnownWorld, type Step } from './known-world.ts';
export { developersMay, timeAt } from './messages.ts';
