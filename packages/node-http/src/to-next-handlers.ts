type NextHandler = (request: Request) => Promise<Response>;

/** The route handlers of a file `route.ts` of Next. */
export interface NextHandlers {
  readonly GET: NextHandler;
  readonly HEAD: NextHandler;
  readonly POST: NextHandler;
  /** Only for signing out of a session of Runtape's own. */
  readonly DELETE: NextHandler;
  /** Only for pages of other origins. */
  readonly OPTIONS: NextHandler;
}

/**
 * Makes the route handlers of Next: `export const { GET, POST } = toNextHandlers(runtape)` in
 * `app/runtape/[...path]/route.ts`. They need Next's Node runtime, not the one at the edge.
 */
export function toNextHandlers(api: {
  readonly fetch: (request: Request) => Promise<Response>;
}): NextHandlers {
  const handle: NextHandler = (request) => api.fetch(request);
  return { GET: handle, HEAD: handle, POST: handle, DELETE: handle, OPTIONS: handle };
}
