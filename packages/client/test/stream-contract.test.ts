import { describe } from 'vitest';
import { inNode } from './stream-contract/in-node.ts';
import { testTrpcContract } from './stream-contract/trpc-contract.ts';

describe('A3 B4 F6: the unchanged client of tRPC, in Node', () => {
  testTrpcContract(inNode);
});
