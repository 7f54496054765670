import { expect, test } from 'vitest';
import { mentionsIn } from '../src/posting/confirm-post.tsx';

test.each([
  ['Thanks @ada and @acme/core, and @ada again.', ['@ada', '@acme/core']],
  ['Write to me@example.com, see `@ada` or a/@b.', []],
  ['```ts\n@Decorator()\n```\nbut @ben', ['@ben']],
  ['Nobody.', []],
])('A7: whom GitHub would tell of %j: %j', (markdown, mentioned) => {
  expect(mentionsIn(markdown)).toEqual(mentioned);
});
