import { registerHooks } from 'node:module';
import { cuts } from './cuts.ts';

/**
 * Loaded before a program (`node --import=…/break-laws.ts?<name of the cuts>`): applies these cuts
 * to its source. The program does not start if the text of a cut is missing.
 */
const name = decodeURIComponent(new URL(import.meta.url).search.slice(1));
const asked = cuts.get(name);
if (asked === undefined) throw new RangeError(`There are no cuts named ${name}.`);

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    const due = asked.filter(({ module }) => url.endsWith(module));
    if (due.length === 0) return loaded;
    const source = due.reduce((text, { from, to }) => {
      if (!text.includes(from)) throw new Error(`There is nothing to cut in ${url}: ${from}`);
      return text.replace(from, () => to);
    }, textOf(loaded.source));
    return { ...loaded, source };
  },
});

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray | undefined): string {
  if (typeof source === 'string') return source;
  if (source === undefined) throw new TypeError('A module that is cut has text.');
  return new TextDecoder().decode(source);
}
