/** The kinds of violations. */
export type ViolationKind =
  | 'lost'
  | 'doubled'
  | 'out_of_order'
  | 'altered'
  | 'not_in_log'
  | 'merged_across_parts'
  | 'needless_reset'
  | 'spliced'
  | 'two_events'
  | 'wrong_snapshot'
  | 'premature_end'
  | 'end_not_seen'
  | 'refused'
  | 'hole_in_log'
  | 'wrong_start'
  | 'no_end'
  | 'not_one_end'
  | 'step_twice'
  | 'overtaken_append'
  | 'started_twice'
  | 'late_notice'
  | 'stalled';

export interface Violation {
  readonly kind: ViolationKind;
  readonly workflowId: string;
  /** The name of the client, or `log`. */
  readonly where: string;
  /** The number of affected events. */
  readonly events: number;
  readonly detail: string;
}
