import type { DefinitionInfo } from '@runtape/contract';
import { trpc } from '../connect.ts';
import { findKind } from '../home/kinds.ts';
import { useSession } from '../session/use-session.ts';

/** The workflows that the user can start. */
export function useDefinitions() {
  const { data: session } = useSession();
  const maySee = session !== undefined && (!session.accounts || session.signedIn);
  return trpc.definitions.useQuery(undefined, { enabled: maySee });
}

/**
 * Whether the server has the workflows about GitHub issues and repositories, for which the page has
 * forms and views of its own; `undefined` while it is not known.
 */
export function useHasProduct(): boolean | undefined {
  return useDefinitions().data?.some(isOfProduct);
}

/** Those for which the page makes a form. */
export function withoutProduct(definitions: readonly DefinitionInfo[]): readonly DefinitionInfo[] {
  return definitions.filter((definition) => !isOfProduct(definition));
}

function isOfProduct({ name }: DefinitionInfo): boolean {
  return findKind(name) !== null;
}
