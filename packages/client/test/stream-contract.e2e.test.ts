import { launchBrowser } from '@runtape/e2e';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import type { OpenClient } from './stream-contract/contract-client.ts';
import { bundleClient, inChromium } from './stream-contract/in-chromium.ts';
import { testPlainContract } from './stream-contract/plain-contract.ts';
import { testTrpcContract } from './stream-contract/trpc-contract.ts';

let browser: Awaited<ReturnType<typeof launchBrowser>>;
let client: OpenClient;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  client = inChromium(browser, await bundleClient());
});

afterAll(() => browser.close());

const openClient: OpenClient = async (url) => await client(url);

describe('A3 B4 F6: the unchanged client of tRPC, in Chromium', () => {
  testTrpcContract(openClient);
});

describe('B1 E12 F7: EventSource and fetch, in Chromium', () => {
  testPlainContract(openClient);
});
