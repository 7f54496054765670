export { runAtOnce, runInSlices, type Steps } from './steps.ts';
export { TimeSlice, type TimeSliceOptions } from './time-slice.ts';
export { yieldToEventLoop } from './yield-to-event-loop.ts';
