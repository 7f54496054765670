import { exactObject } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeIssues } from '../src/errors/describe-issues.ts';

const budget = exactObject({ usd: z.number().positive().optional(), tokens: z.int().optional() });
const schema = z.object({
  count: z.int().min(1).max(5).optional(),
  name: z.string().min(2).max(3).optional(),
  list: z
    .array(z.object({ text: z.string() }))
    .max(1)
    .optional(),
  choice: z.enum(['a', 'b']).optional(),
  on: z.boolean().optional(),
  kind: z
    .discriminatedUnion('is', [z.object({ is: z.literal('x') }), z.object({ is: z.literal('y') })])
    .optional(),
  either: z.union([z.string(), z.number()]).optional(),
  link: z.url().optional(),
  ours: z.string().min(1, 'The name is empty.').optional(),
  roles: z.partialRecord(z.enum(['writer']), z.string()).optional(),
  budget: budget.refine((given) => Object.keys(given).length > 0, 'Name one.').optional(),
  page: z.coerce.number().int().optional(),
});
const required = z.object({ input: z.object({}), flag: z.boolean(), any: z.json() });

function describeProblems(value: unknown, of: z.ZodType = schema): string {
  const { error } = of.safeParse(value);
  return error === undefined ? 'it fits' : describeIssues(error, 'The body');
}

describe('B5: invalid input is described in plain English, with its location', () => {
  test.each([
    [{ count: 0 }, 'count must be at least 1.'],
    [{ count: 6 }, 'count must be at most 5.'],
    [{ count: 1.5 }, 'count must be a whole number.'],
    [{ count: '1' }, 'count must be a number.'],
    [{ page: 'one' }, 'page must be a number.'],
    [{ name: 'a' }, 'name must have at least 2 characters.'],
    [{ name: 'abcd' }, 'name must have at most 3 characters.'],
    [{ list: [{ text: 'a' }, { text: 'b' }] }, 'list must have at most 1 entry.'],
    [{ list: [{}] }, 'list[0].text is missing.'],
    [{ list: 'a' }, 'list must be a list.'],
    [{ choice: 'c' }, 'choice must be one of: a, b.'],
    [{ on: 'yes' }, 'on must be true or false.'],
    [{ kind: { is: 'z' } }, 'kind.is must be one of: x, y.'],
    [{ either: true }, 'either must be a text or must be a number.'],
    [{ link: 'nowhere' }, 'link must be a URL.'],
    [{ ours: '' }, 'ours: The name is empty.'],
    [{ roles: { boss: 'm' } }, 'roles has fields that are not known: boss.'],
    [{ budget: { usd: 0 } }, 'budget.usd must be more than 0.'],
    [{ budget: {} }, 'budget: Name one.'],
    [{ budget: { token: 5 } }, 'budget: There is no "token" here. Did you mean "tokens"?'],
    ['text', 'The body must be an object.'],
    [null, 'The body must be an object.'],
  ])('%j: %s', (value, message) => {
    expect(describeProblems(value)).toBe(message);
  });

  test('a missing field is called missing', () => {
    expect(describeProblems({}, required)).toBe(
      'input is missing. flag is missing. any is missing.',
    );
    expect(describeProblems(undefined, required)).toBe('The body is missing.');
  });

  test('for unknown fields it says which one was meant, where it belongs, or which exist', () => {
    const input = exactObject({ maxIterations: z.int() }, { threadId: 'beside "input"' });
    const of = (value: object) => describeProblems({ maxIterations: 1, ...value }, input);
    expect(of({ maxIteration: 1 })).toBe(
      'There is no "maxIteration" here. Did you mean "maxIterations"?',
    );
    expect(of({ iterations: 1 })).toContain('Did you mean "maxIterations"?');
    expect(of({ threadId: 't' })).toBe('"threadId" goes beside "input".');
    expect(of({ colour: 1 })).toBe('There is no "colour" here. Known: maxIterations.');
    expect(describeProblems({ reason: 'x' }, exactObject({}))).toBe(
      'There is no "reason" here. Nothing is taken.',
    );
  });
});
