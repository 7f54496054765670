import type { Operation } from '../openapi-document.ts';

/** One operation of an OpenAPI document, and where it is. */
export interface Entry {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}
