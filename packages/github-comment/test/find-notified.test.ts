import { expect, test } from 'vitest';
import { findNotified } from '../src/index.ts';

test.each([
  ['Thanks @ada and @acme/core, and @ada again.', ['@ada', '@acme/core']],
  ['Write to me@example.com, or see `@ada`.', []],
  ['cc /@ada, a/@ben', ['@ada', '@ben']],
  ['```ts\n@Decorator()\n```\nbut @ben', ['@ben']],
  ['Write ``` around it.\n\nThanks @ada.', ['@ada']],
  ['Thanks &#64;ada, &#x40;ben, &commat;eve.', ['@ada', '@ben', '@eve']],
  ['_@ada_ \\@ben <b>@eve</b>', ['@ada', '@ben', '@eve']],
  ['Write ``` around it.\n\nThanks @ben, cc /@eve, &#64;ada.', ['@ben', '@eve', '@ada']],
  ['Nobody.', []],
])('A7: users that GitHub would notify for %j: %j', async (markdown, mentions) => {
  expect((await findNotified(markdown)).mentions).toEqual(mentions);
});

test.each([
  ['See #3, acme/app#7 and GH-2.', ['#3', 'acme/app#7', 'GH-2']],
  ['Like https://github.com/acme/app/issues/7?x=1.', ['https://github.com/acme/app/issues/7']],
  ['Since acme/app@0123abc.', ['acme/app@0123abc']],
  ['`#3` and # 3, page#top', []],
])('A7: references that GitHub would make for %j: %j', async (markdown, references) => {
  expect((await findNotified(markdown)).references).toEqual(references);
});
