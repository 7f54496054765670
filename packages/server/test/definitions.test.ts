import { defineContract } from '@runtape/engine/define';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { newRequest } from './requests.ts';
import { startApi } from './start-api.ts';

const feed = defineContract({
  name: 'feed',
  input: z
    .object({
      topic: z.string().min(1).describe('What it is about.'),
      since: z.date().optional(),
      count: z.int().default(3),
    })
    .meta({ title: 'Write a feed', description: 'Writes items about a topic.' }),
  events: { 'item.added': z.object({ title: z.string() }), done: z.null() },
});

const standard = { version: 1, validate: (value: unknown) => ({ value }) } as const;
const json = { type: 'object', properties: { text: { type: 'string' } } };
/** Schemas of other libraries: with JSON Schema, without it, and with one that cannot tell. */
const other = defineContract({
  name: 'other',
  input: { '~standard': { ...standard, vendor: 'a', jsonSchema: { input: () => json } } },
});
const silent = defineContract({
  name: 'silent',
  input: { '~standard': { ...standard, vendor: 'b' } },
});
const failing = defineContract({
  name: 'failing',
  input: {
    '~standard': {
      ...standard,
      vendor: 'c',
      jsonSchema: {
        input: () => {
          throw new Error('It cannot be expressed.');
        },
      },
    },
  },
});

test('C8: the workflows that can be started come with the JSON Schema of their input', async () => {
  await using started = startApi({ workflows: [feed, other, silent, failing] });
  const listed = await started.caller.definitions();
  expect(listed).toEqual([
    {
      name: 'feed',
      title: 'Write a feed',
      description: 'Writes items about a topic.',
      input: expect.objectContaining({
        type: 'object',
        required: ['topic'],
        properties: {
          topic: { type: 'string', minLength: 1, description: 'What it is about.' },
          since: {},
          count: expect.objectContaining({ type: 'integer', default: 3 }),
        },
      }),
      events: ['item.added', 'done'],
    },
    { name: 'other', title: null, description: null, input: json, events: [] },
    { name: 'silent', title: null, description: null, input: null, events: [] },
    { name: 'failing', title: null, description: null, input: null, events: [] },
  ]);
  const response = await started.api.fetch(newRequest('/api/definitions'));
  expect(await response.json()).toEqual(listed);
  const document = await started.api.fetch(newRequest('/api/openapi.json'));
  expect(await document.text()).toContain('"operationId":"listDefinitions"');
});

test('A6: of the workflows of the product, those that clients cannot start are left out', async () => {
  await using started = startApi();
  const listed = await started.caller.definitions();
  expect(listed.map(({ name }) => name)).toEqual([
    'commentOnIssue',
    'reviewIssue',
    'askRepository',
  ]);
  expect(listed.every(({ input }) => input !== null)).toBe(true);
});
