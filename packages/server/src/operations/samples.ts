import { operations } from '@runtape/contract';
import { implement } from '../http/operation.ts';

export const samples = implement(operations.samples, (ctx) =>
  ctx.samples().map(({ name, title, summary, issue }) => ({ name, title, summary, issue })),
);
