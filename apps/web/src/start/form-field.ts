import type { JsonValue } from '../ui/json.ts';

interface Common {
  readonly label: string;
  /** Empty without a description. */
  readonly description: string;
  readonly isNullable: boolean;
  /** The value that the schema names; `undefined` without one. */
  readonly initial: JsonValue | undefined;
}

export interface TextInput extends Common {
  readonly kind: 'text';
  readonly isLong: boolean;
  readonly format: string;
  readonly minLength: number;
  readonly maxLength: number;
}

export interface NumberInput extends Common {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether the bounds themselves are left out. */
  readonly isAboveMinimum: boolean;
  readonly isBelowMaximum: boolean;
}

export interface BooleanInput extends Common {
  readonly kind: 'boolean';
}

export interface ChoiceInput extends Common {
  readonly kind: 'choice';
  readonly options: readonly JsonValue[];
}

export interface ObjectInput extends Common {
  readonly kind: 'object';
  readonly properties: readonly Property[];
}

export interface ListInput extends Common {
  readonly kind: 'list';
  readonly item: FormField;
  readonly minItems: number;
  readonly maxItems: number;
}

/** One of several kinds of value. */
export interface VariantInput extends Common {
  readonly kind: 'variant';
  readonly variants: readonly FormField[];
}

/** Anything that the form has no field for. */
export interface JsonInput extends Common {
  readonly kind: 'json';
}

/** An input of a form, as a JSON Schema describes it. */
export type FormField =
  | TextInput
  | NumberInput
  | BooleanInput
  | ChoiceInput
  | ObjectInput
  | ListInput
  | VariantInput
  | JsonInput;

export interface Property {
  readonly name: string;
  readonly isRequired: boolean;
  readonly field: FormField;
}
