import { formatNames, type Operation, procedures } from '@runtape/contract';
import { EngineError } from '@runtape/engine/start';
import type { SseFormat } from '../http/formats/format.ts';
import type { Implementation } from '../http/operation.ts';
import type { Route } from '../http/route.ts';
import type { StartRules } from '../start/startable-workflows.ts';
import type { Plugin } from './plugin.ts';

/** Everything that the plugins of a server add. */
export interface MergedPlugins {
  readonly procedures: readonly Implementation<Operation>[];
  readonly routes: readonly Route[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly formats: Readonly<Record<string, SseFormat>>;
  readonly textFields: readonly string[];
  readonly starts: StartRules;
}

/**
 * Puts plugins together.
 * @throws EngineError `invalid_definition` when a plugin has a name that is taken: of a procedure,
 *   a route, a format or a rule.
 */
export function mergePlugins(plugins: readonly Plugin[]): MergedPlugins {
  const taken = new Map<string, string>([
    ...Object.values(procedures).map(({ path }) => [`procedure ${path}`, 'Runtape'] as const),
    ...formatNames.map((name) => [`format ${name}`, 'Runtape'] as const),
  ]);
  for (const { name, ...plugin } of plugins) {
    for (const what of namesOf(plugin)) {
      const owner = taken.get(what);
      if (owner !== undefined) {
        throw new EngineError(
          'invalid_definition',
          `The plugin ${name} has the ${what}, which ${owner} has already. Give it another name.`,
        );
      }
      taken.set(what, `the plugin ${name}`);
    }
  }
  return {
    procedures: plugins.flatMap((plugin) => Object.values(plugin.procedures ?? {})),
    routes: plugins.flatMap(({ routes = [] }) => routes),
    tags: plugins.flatMap(({ tags = [] }) => tags),
    formats: Object.fromEntries(plugins.flatMap(({ formats = {} }) => Object.entries(formats))),
    textFields: plugins.flatMap(({ textFields = [] }) => textFields),
    starts: Object.fromEntries(plugins.flatMap(({ starts = {} }) => Object.entries(starts))),
  };
}

/** The names that no other plugin may have. */
function namesOf({
  procedures: added = {},
  routes = [],
  formats = {},
  starts = {},
}: Omit<Plugin, 'name'>): readonly string[] {
  return [
    ...Object.values(added).map(({ contract }) => `procedure ${contract.path}`),
    ...routes.map(({ method, path }) => `route ${method} ${path}`),
    ...Object.keys(formats).map((name) => `format ${name}`),
    ...Object.keys(starts).map((name) => `start rule ${name}`),
  ];
}
