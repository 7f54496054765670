import { defineOperation, noInput, output } from '@runtape/contract';
import { describe, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { type ApiOptions, createApi } from '../src/index.ts';
import { ApiError, defineStart, implement, type Plugin } from '../src/plugins/index.ts';

const greet = defineOperation(
  { kind: 'mutation', path: 'greet' },
  {
    input: z.object({ name: z.string() }),
    output: output(z.object({ greeting: z.string() })),
    errors: ['nobody_there'],
  },
);
const weather = defineOperation(
  { kind: 'query', path: 'outside.weather' },
  { input: noInput, output: output(z.enum(['rain', 'sun'])), errors: [] },
);
const greetings = {
  name: 'greetings',
  procedures: {
    greet: implement(greet, (_ctx, { name }) => ({ greeting: name })),
    weather: implement(weather, () => 'rain' as const),
  },
} satisfies Plugin;
const rest = { name: 'rest' } satisfies Plugin;

declare const options: Omit<ApiOptions, 'plugins'>;

describe('a plugin', () => {
  test('is seen in the type of the router, beside the procedures of Runtape', () => {
    const { router, context } = createApi({ ...options, plugins: [greetings, rest] });
    const caller = router.createCaller(context);
    expectTypeOf(caller.greet).parameter(0).toEqualTypeOf<{ name: string }>();
    expectTypeOf(caller.greet).returns.resolves.toEqualTypeOf<{ greeting: string }>();
    expectTypeOf(caller.outside.weather).returns.resolves.toEqualTypeOf<'rain' | 'sun'>();
    expectTypeOf(caller.workflow.info).returns.resolves.toHaveProperty('workflowId');
    // @ts-expect-error a name must be a string
    void caller.greet({ name: 7 });
    // @ts-expect-error no such procedure
    void caller.outside.news;
  });

  test('that a server does not have is not in its router', () => {
    const { router, context } = createApi(options);
    const caller = router.createCaller(context);
    expectTypeOf(caller.workflow.info).returns.resolves.toHaveProperty('workflowId');
    // @ts-expect-error it has no such procedure
    void caller.greet;
  });

  test('returns what its operations say', () => {
    expectTypeOf(greetings.procedures.greet.contract).toEqualTypeOf(greet);
    // @ts-expect-error not the output of the operation
    implement(greet, () => ({ farewell: 'x' }));
    // @ts-expect-error no such field in the input
    implement(greet, (_ctx, { surname }) => ({ greeting: surname }));
  });

  test('gives its error codes a status', () => {
    const error = new ApiError('nobody_there', 'There is nobody.', { status: 404 });
    expectTypeOf(error.code).toEqualTypeOf<string>();
    // @ts-expect-error a code of its own needs a status
    void new ApiError('nobody_there', 'There is nobody.');
    // @ts-expect-error no such status of an error
    void new ApiError('nobody_there', 'There is nobody.', { status: 200 });
  });

  test('has rules whose input its schema types', () => {
    defineStart({
      input: z.object({ url: z.string() }),
      authorise: (_ctx, { url }) => {
        expectTypeOf(url).toEqualTypeOf<string>();
        return undefined;
      },
    });
    // @ts-expect-error a summary has a title
    defineStart({ authorise: () => ({ target: 'x' }) });
  });
});
