export { findNotified, type Notified } from './find-notified.ts';
export { inertSteps, makeInert, personText } from './make-inert.ts';
