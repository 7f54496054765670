export {
  credentials,
  type RedisAddress,
  type RedisNode,
  type RedisTls,
  tlsOptions,
} from './redis-address.ts';
export { fillInHosts, hostOf } from './unknown-hosts.ts';
