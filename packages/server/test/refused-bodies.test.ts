import { expect, test } from 'vitest';
import { createJwtAccounts } from '../src/accounts/jwt-accounts.ts';
import { listen, startApi } from './start-api.ts';

const secret = 'a secret of at least thirty-two characters';
const fields = Array.from({ length: 150_000 }, (_, n) => `"f${n}":1`).join(',');
const tooLarge = 'x'.repeat(3_000_000);

async function statuses(url: string, body: string): Promise<readonly number[]> {
  const headers = { 'content-type': 'application/json' };
  const paths = ['/api/chat', '/api/workflows', '/api/events', '/trpc/startQuestion'];
  const codes: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    for (const path of paths) {
      const response = await fetch(url + path, { method: 'POST', headers, body });
      await response.text();
      codes.push(response.status);
    }
  }
  return codes;
}

test.each([
  ['too many fields', 400, `{${fields}}`],
  ['too many bytes', 413, `"${tooLarge}"`],
])(
  'K1: a client that sends %s is refused, even though the rest is not read',
  async (_, status, body) => {
    await using started = startApi();
    await using server = await listen(started.api);
    expect(new Set(await statuses(server.url, body))).toEqual(new Set([status]));
  },
);

test('K2: a client that has to sign in first is refused, even though nothing is read', async () => {
  await using started = startApi({ accounts: createJwtAccounts({ secret }) });
  await using server = await listen(started.api);
  expect(new Set(await statuses(server.url, `{${fields}}`))).toEqual(new Set([401]));
});
