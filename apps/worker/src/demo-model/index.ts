export type { MayGoOn } from './answer.ts';
export { demoModelName } from './app.ts';
export { startDemoModel } from './demo-model.ts';
export type { DemoModel, DemoModelOptions } from './demo-model.ts';
export { DemoModelError } from './errors.ts';
export type { DemoModelErrorCode } from './errors.ts';
export type { Failure, FailureScript } from './failures.ts';
export type { DemoModelRequest } from './request-log.ts';
