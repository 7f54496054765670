import { EngineError } from '../errors.ts';

/**
 * Returns workflow definitions by their names.
 * @throws EngineError `invalid_definition` when two have the same name.
 */
export function definitionsByName<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
): ReadonlyMap<string, Definition> {
  const byName = new Map<string, Definition>();
  for (const definition of definitions) {
    const { name } = definition;
    const other = byName.get(name);
    if (other !== undefined && other !== definition) {
      throw new EngineError(
        'invalid_definition',
        `There are two workflow definitions with the name "${name}". Give each its own name.`,
      );
    }
    byName.set(name, definition);
  }
  return byName;
}
