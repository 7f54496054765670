import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyShape } from './every-shape.ts';

/** Writes `src/message-shapes.ts` after a schema has changed: run it, then `pnpm format`. */
const exports = Object.entries(everyShape()).map(
  ([name, shapes]) =>
    `export const ${name} = ${JSON.stringify(shapes)} as const satisfies Readonly<Record<string, Shape>>;`,
);
const text = [
  '// Written by test/write-message-shapes.ts from the schemas. Do not edit.',
  "import type { Shape } from './decode-shape.ts';",
  ...exports,
].join('\n\n');
writeFileSync(join(import.meta.dirname, '../src/message-shapes.ts'), `${text}\n`);
