export { findNotified, type Notified } from './find-notified.ts';
export { inertSteps, makeInert } from './make-inert.ts';
export { personText } from './make-inert.ts';
