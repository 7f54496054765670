export { TimeSlice, type TimeSliceOptions, yieldToEventLoop } from './time-slice.ts';
