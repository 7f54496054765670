import { describe } from 'vitest';
import { inNode } from './stream-contract/in-node.ts';
import { testPlainContract } from './stream-contract/plain-contract.ts';
import { testTrpcContract } from './stream-contract/trpc-contract.ts';

describe('A3 B4 F6: the unchanged client of tRPC, in Node', () => {
  testTrpcContract(inNode);
});

describe('B1 E12 F7: EventSource and fetch, in Node', () => {
  testPlainContract(inNode);
});
