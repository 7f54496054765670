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

type IsAny<Type> = 0 extends 1 & Type ? true : false;

/**
 * The workflows of an app. For `any`, as when the server's module was not found, they are unknown
 * workflows, so that `any` does not spread through the client.
 */
export type WorkflowsOf<Called extends App> =
  IsAny<Called> extends true
    ? WorkflowTypesByName
    : Called extends App<infer Workflows>
      ? Workflows
      : never;

/** The names of an app's workflows; `string` without an app. */
export type WorkflowName<Called extends App> = keyof WorkflowsOf<Called> & string;
