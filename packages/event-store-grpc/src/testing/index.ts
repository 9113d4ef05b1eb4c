export { type Held, type Network, startNetwork } from './network.ts';
export { type Scripted, startScripted } from './scripted.ts';
export { ANYBODY, serve } from './serve.ts';
export { type StoreServer, type StoreServerOptions, startStoreServer } from './store-server/index.ts';
