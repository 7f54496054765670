export { type Collected, collect, collectThread, seqsOf, textOf } from './collect.ts';
export { startCuttingProxy } from './cutting-proxy.ts';
export { eventually } from './eventually.ts';
export { type ProxyMode, startProxy } from './start-proxy.ts';
export { type ServerOptions, startServer, type TestServer } from './start-server.ts';
