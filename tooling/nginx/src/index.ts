export { findNginx } from './find-nginx.ts';
export { type RunningNginx, startNginx } from './start-nginx.ts';
