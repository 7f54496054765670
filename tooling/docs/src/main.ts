import { relative, resolve } from 'node:path';
import { buildSite } from './build-site.ts';
import { root, site as usualSite } from './paths.ts';

const [folder] = process.argv.slice(2);
const site = folder === undefined ? usualSite : resolve(folder);
await buildSite({ site, onProgress: (message) => console.log(message) });
console.log(`The site is in ${relative(root, site)}. Any static file server can serve it.`);
