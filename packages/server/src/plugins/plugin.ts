import type { Operations } from '@runtape/contract';
import type { SseFormat } from '../http/formats/format.ts';
import type { ImplementationsByName } from '../http/operation.ts';
import type { Route } from '../http/route.ts';
import type { StartRules } from '../start/startable-workflows.ts';

/**
 * What an application adds to the API. Its names must differ from those of Runtape and of other
 * plugins.
 */
export interface Plugin<Procedures extends ImplementationsByName = ImplementationsByName> {
  /** For messages. */
  readonly name: string;
  /** Procedures, by the name of their operation; made with `implement`. Default: none. */
  readonly procedures?: Procedures | undefined;
  /** Routes below `/api/`, made with `handleRoute` or `routeOf`. Default: none. */
  readonly routes?: readonly Route[] | undefined;
  /** Descriptions of the tags of its routes, for the documentation. Default: none. */
  readonly tags?: readonly { readonly name: string; readonly description: string }[] | undefined;
  /** Formats of plain streams, by the values of `?format=`. Default: none. */
  readonly formats?: Readonly<Record<string, SseFormat>> | undefined;
  /**
   * Fields of results that hold their text, for the formats `simple` and `thread`. The text of
   * other results is their JSON. Default: none.
   */
  readonly textFields?: readonly string[] | undefined;
  /** Who may start which workflow, by the name of its definition. Default: everybody, all. */
  readonly starts?: StartRules | undefined;
}

/** The operations of a plugin; none if its type does not name them. */
type OperationsOf<Extension extends Plugin> =
  Extension extends Plugin<infer Procedures>
    ? string extends keyof Procedures
      ? object
      : { readonly [Name in keyof Procedures]: Procedures[Name]['contract'] }
    : never;

type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** The operations of Runtape and of plugins. */
export type ApiOperations<Plugins extends readonly Plugin[]> = Operations &
  (Plugins extends readonly [] ? object : Intersection<OperationsOf<Plugins[number]>>);
