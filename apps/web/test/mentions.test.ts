import { expect, test } from 'vitest';
import { mentionsIn } from '../src/posting/confirm-post.tsx';

test.each([
  ['Thanks @ada and @acme/core, and @ada again.', ['@ada', '@acme/core']],
  ['Write to me@example.com, or see `@ada`.', []],
  ['Write ``` around it.\n\nThanks @ben, cc /@eve, &#64;ada.', ['@ben', '@eve', '@ada']],
  ['```ts\n@Decorator()\n```\nbut @ben', ['@ben']],
  ['Nobody.', []],
])('A7: the page says whom GitHub would tell of %j: %j', (markdown, mentioned) => {
  expect(mentionsIn(markdown)).toEqual(mentioned);
});
