import { healthRoute as contract } from '@runtape/contract';
import { handleRoute } from '../http/route.ts';

export const healthRoute = handleRoute(contract, async ({ ctx }) => {
  const status = ctx.draining.aborted ? 'draining' : 'ok';
  return Response.json({ status, version: ctx.version }, { status: status === 'ok' ? 200 : 503 });
});
