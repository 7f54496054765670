import type { SampleInfo } from '../start/start-context.ts';
import type { ApiContext } from '../http/request-context.ts';

/** The issues that come with the program. */
export function samples(ctx: ApiContext): SampleInfo[] {
  return ctx.samples().map(({ name, title, summary, issue }) => ({ name, title, summary, issue }));
}
