import { launchBrowser } from '@runtape/e2e';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import type { OpenClient } from './stream-contract/contract-client.ts';
import { bundleClient, inChromium } from './stream-contract/in-chromium.ts';
import { testTrpcContract } from './stream-contract/trpc-contract.ts';

let browser: Awaited<ReturnType<typeof launchBrowser>>;
let client: OpenClient;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  client = inChromium(browser, await bundleClient());
});

afterAll(() => browser.close());

const openClient: OpenClient = async (url) => await client(url);

describe('A3 B1 B4 E12 F6 F7: the unchanged client of tRPC, in Chromium', () => {
  testTrpcContract(openClient);
});
