export { type Proxy, startProxy } from './proxy.ts';
export { ANYBODY, serve } from './serve.ts';
