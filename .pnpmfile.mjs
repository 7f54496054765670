export { hooks } from './tooling/build/src/published-manifest.mjs';
