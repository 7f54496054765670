/** The types of one workflow definition, as clients see them. */
export interface WorkflowTypes {
  /** The input that a client sends. */
  readonly input: unknown;
  readonly result: unknown;
  /** The data of each event type that the definition declares. */
  readonly events: Readonly<Record<string, unknown>>;
  /** The state that its reducer computes; `undefined` without a reducer. */
  readonly state: unknown;
}

/** The workflows of an app, by name. */
export type WorkflowTypesByName = Readonly<Record<string, WorkflowTypes>>;

/**
 * The types that a client learns from a server, at compile time only: pass `typeof runtape` as the
 * type argument of `createRuntapeClient`.
 */
export interface App<Workflows extends WorkflowTypesByName = WorkflowTypesByName> {
  /** Only carries the types; never set. */
  readonly types?: { readonly workflows: Workflows };
}

/** The workflows of an app. */
export type WorkflowsOf<Called extends App> =
  Called extends App<infer Workflows> ? Workflows : never;
