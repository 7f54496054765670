import type { Procedure } from './create-trpc.ts';

/** The issues that come with the program. */
export const samples = (procedure: Procedure) =>
  procedure.query(({ ctx }) =>
    ctx.samples().map(({ name, title, summary, issue }) => ({ name, title, summary, issue })),
  );
