import { operations } from '@runtape/contract';
import { requireUser } from '../accounts/require-user.ts';
import { implement } from '../http/operation.ts';
import { handleRoute } from '../http/route.ts';

export const definitions = implement(operations.definitions, (ctx) => {
  requireUser(ctx);
  return ctx.startable.describe();
});

export const definitionsRoute = handleRoute(operations.definitions.route, async ({ ctx }) =>
  Response.json(await definitions.run({ ctx, input: undefined })),
);
