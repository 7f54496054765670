import { expect, test } from 'vitest';
import { z } from 'zod';
import { addEntry, changeProperty, draftOf, newDraft } from '../src/start/form-draft.ts';
import { readForm } from '../src/start/read-form.ts';
import { readSchema } from '../src/start/read-schema.ts';
import { previewJson } from '../src/ui/json.ts';
import { JsonTree } from '../src/ui/json-tree.tsx';
import { render } from './render.tsx';

const fieldOf = (schema: z.ZodType) => readSchema(z.toJSONSchema(schema, { io: 'input' }));

/** The kinds of the properties of an object, by their names. */
function kindsOf(schema: z.ZodObject): Record<string, string> {
  const field = fieldOf(schema);
  if (field.kind !== 'object') throw new Error(`It is of the kind ${field.kind}.`);
  return Object.fromEntries(field.properties.map(({ name, field: { kind } }) => [name, kind]));
}

test('E8: each kind of a schema has its field, and anything else is edited as JSON', () => {
  interface Tree {
    readonly children: readonly Tree[];
  }
  const tree: z.ZodType<Tree> = z.lazy(() => z.object({ children: z.array(tree) }));
  expect(
    kindsOf(
      z.object({
        text: z.string().nullable(),
        number: z.number(),
        flag: z.boolean().default(false),
        choice: z.enum(['a', 'b']),
        literals: z.union([z.literal(1), z.literal('one')]),
        object: z.object({ deep: z.string() }).optional(),
        list: z.array(z.int()),
        union: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('a') }),
          z.object({ kind: z.literal('b'), b: z.string() }),
        ]),
        pair: z.tuple([z.string(), z.number()]),
        record: z.record(z.string(), z.string()),
        any: z.unknown(),
        tree,
      }),
    ),
  ).toEqual({
    text: 'text',
    number: 'number',
    flag: 'boolean',
    choice: 'choice',
    literals: 'choice',
    object: 'object',
    list: 'list',
    union: 'variant',
    pair: 'json',
    record: 'json',
    any: 'json',
    tree: 'object',
  });
  expect(readSchema(null).kind).toBe('json');
});

test('E8: what is empty is left out, null or a mistake, and defaults are filled in', () => {
  const field = fieldOf(
    z.object({
      needed: z.string(),
      perhaps: z.string().optional(),
      empty: z.number().nullable(),
      count: z.int().default(3),
      list: z.array(z.string()).default(['a']),
      constructor: z.string().optional(),
    }),
  );
  const draft = newDraft(field);
  const { value, problems } = readForm(field, draft);
  expect(value).toEqual({ empty: null, count: 3, list: ['a'] });
  expect([...problems]).toEqual([['/needed', 'Fill this in.']]);
  const filled = changeProperty(draft, 'needed', { ...draftOf(draft, 'needed'), text: 'yes' });
  expect(readForm(field, filled).problems.size).toBe(0);
});

test.each([
  [z.int().min(1), '0', 'Enter at least 1.'],
  [z.number().gt(1), '1', 'Enter more than 1.'],
  [z.number().max(2), '3', 'Enter at most 2.'],
  [z.int(), '1.5', 'Enter a whole number.'],
  [z.number(), 'many', 'Enter a number.'],
  [z.string().max(2), 'abc', 'Write at most 2 characters.'],
  [z.url(), 'here', 'Enter a whole URL, such as https://example.com.'],
  [z.email(), 'ada', 'Enter an email address, such as ada@example.com.'],
  [z.unknown(), '{', expect.stringMatching(/^This is not JSON: /)],
])('B5: a wrong value is explained: %#', (schema, text, message) => {
  const field = fieldOf(schema);
  expect(readForm(field, { ...newDraft(field), text }).problems.get('')).toEqual(message);
});

test('B5: a list says how many entries it needs', () => {
  const field = fieldOf(z.array(z.string()).min(1).max(1));
  const item = field.kind === 'list' ? field.item : field;
  const one = addEntry(newDraft(field), item);
  expect(readForm(field, newDraft(field)).problems.get('')).toBe('Add at least 1 entry.');
  expect([...readForm(field, one).problems]).toEqual([['/0', 'Fill this in.']]);
  expect(readForm(field, addEntry(one, item)).problems.get('')).toBe('Keep at most 1 entry.');
});

test('B1, E8: a JSON tree renders only what is unfolded, as text', async () => {
  const items = Array.from({ length: 100_000 }, (_, index) => `<b>${index}</b>`);
  await using at = await render(<JsonTree value={{ items, note: '<b>' }} label="state" isOpen />);
  expect(at.container.querySelectorAll('li')).toHaveLength(2);
  expect(at.container.querySelector('b')).toBeNull();
  expect(at.container.textContent).toContain('note: "<b>"');
  expect(previewJson(items, 40).length).toBeLessThan(100);
  expect(previewJson('x'.repeat(1_000_000), 40)).toHaveLength(43);
});
