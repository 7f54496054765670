export { findNginx } from './find-nginx.ts';
export { type NginxOptions, plainSite, type RunningNginx, startNginx } from './start-nginx.ts';
