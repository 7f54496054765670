export { fillInHosts, hostOf } from './unknown-hosts.ts';
