import { isJsonValue, isList, isRecord, type JsonValue } from '../ui/json.ts';
import type { FormField, Property } from './form-field.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Deeper values, as of a schema that contains itself, are edited as JSON. */
const MAX_DEPTH = 6;
/** The number of fields in a form; what a larger schema has beyond it is edited as JSON. */
const MAX_FIELDS = 300;
const LONG_TEXT = 200;
const LONG_NAME =
  /^(?:body|content|description|instructions|markdown|message|notes|prompt|question|text)$/i;

/**
 * Reads the JSON Schema of an input.
 * @param schema `null` if it is not known: the input is edited as JSON.
 */
export function readSchema(schema: Schema | null): FormField {
  const reader = new SchemaReader(schema ?? {});
  return reader.read(schema ?? {}, { label: 'Input', depth: 0 });
}

class SchemaReader {
  readonly #root: Schema;
  #fields = 0;

  constructor(root: Schema) {
    this.#root = root;
  }

  read(given: unknown, { label, depth }: { label: string; depth: number }): FormField {
    this.#fields += 1;
    const schema = this.#resolve(given);
    const title = textOf(schema['title']);
    const { alternatives, isNullable } = this.#alternativesOf(schema);
    const [only] = alternatives;
    const one: Schema = alternatives.length === 1 && only !== undefined ? only : schema;
    const common = {
      label: depth > 0 && title !== '' ? title : label,
      description: textOf(schema['description']) || textOf(one['description']),
      isNullable,
      initial: jsonOf(schema['default'] ?? one['default']),
    };
    const isTooLarge = depth > MAX_DEPTH || this.#fields > MAX_FIELDS;
    if (isTooLarge) return { ...common, kind: 'json' };
    if (alternatives.length > 1) {
      const constants = constantsOf(alternatives);
      if (constants !== null) return { ...common, kind: 'choice', options: constants };
      const variants = alternatives.map((variant, index) =>
        this.read(variant, { label: nameOfVariant(variant, index), depth: depth + 1 }),
      );
      return { ...common, kind: 'variant', variants };
    }
    const constants = constantsOf([one]);
    if (constants !== null) return { ...common, kind: 'choice', options: constants };
    switch (typeOf(one)) {
      case 'string':
        return { ...common, kind: 'text', ...textLimits(one, label) };
      case 'number':
      case 'integer':
        return { ...common, kind: 'number', ...numberLimits(one) };
      case 'boolean':
        return { ...common, kind: 'boolean' };
      case 'object': {
        const properties = this.#propertiesOf(one, depth);
        return properties === null
          ? { ...common, kind: 'json' }
          : { ...common, kind: 'object', properties };
      }
      case 'array':
        return this.#listOf(one, common, depth);
      default:
        return { ...common, kind: 'json' };
    }
  }

  #propertiesOf(schema: Schema, depth: number): readonly Property[] | null {
    const { properties, required } = schema;
    // An object with any keys is edited as JSON.
    if (!isRecord(properties) || isRecord(schema['additionalProperties'])) return null;
    const names = new Set(isList(required) ? required : []);
    return Object.entries(properties).map(([name, property]) => ({
      name,
      isRequired: names.has(name),
      field: this.read(property, { label: name, depth: depth + 1 }),
    }));
  }

  #listOf(
    schema: Schema,
    common: Pick<FormField, 'label' | 'description' | 'isNullable' | 'initial'>,
    depth: number,
  ): FormField {
    const { items } = schema;
    if (!isRecord(items) || schema['prefixItems'] !== undefined) return { ...common, kind: 'json' };
    return {
      ...common,
      kind: 'list',
      item: this.read(items, { label: common.label, depth: depth + 1 }),
      minItems: numberOf(schema['minItems'], 0),
      maxItems: numberOf(schema['maxItems'], Number.POSITIVE_INFINITY),
    };
  }

  /** The schemas of which one applies, without `null`. */
  #alternativesOf(schema: Schema): { alternatives: readonly Schema[]; isNullable: boolean } {
    const { anyOf, oneOf, type } = schema;
    const types = isList(type) ? type.map((one) => Object.assign({}, schema, { type: one })) : null;
    const each = [anyOf, oneOf].find(isList) ?? types ?? [schema];
    const resolved = each.map((one) => this.#resolve(one));
    const alternatives = resolved.filter((one) => !isNull(one));
    return { alternatives, isNullable: alternatives.length < resolved.length };
  }

  #resolve(given: unknown): Schema {
    let schema: unknown = given;
    for (let step = 0; step < MAX_DEPTH && isRecord(schema); step += 1) {
      const { $ref, ...beside } = schema;
      if (typeof $ref !== 'string') return schema;
      const target = this.#find($ref);
      schema = isRecord(target) ? { ...target, ...beside } : beside;
    }
    return isRecord(schema) ? schema : {};
  }

  /** Finds a schema by a JSON pointer, such as `#/$defs/Item`. */
  #find(pointer: string): unknown {
    if (!pointer.startsWith('#')) return undefined;
    let found: unknown = this.#root;
    for (const part of pointer.split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      found = isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    return found;
  }
}

function isNull({ type, ...schema }: Schema): boolean {
  return type === 'null' || schema['const'] === null;
}

/** The only values of the schemas; `null` when one of them allows others. */
function constantsOf(schemas: readonly Schema[]): readonly JsonValue[] | null {
  const values: JsonValue[] = [];
  for (const schema of schemas) {
    const own: unknown = 'const' in schema ? [schema['const']] : schema['enum'];
    if (!isList(own)) return null;
    values.push(...own.filter(isJsonValue));
  }
  return values.length === 0 ? null : values;
}

/** The value that tells a variant from the others, or its title. */
function nameOfVariant(schema: Schema, index: number): string {
  const title = textOf(schema['title']);
  if (title !== '') return title;
  const properties = isRecord(schema['properties']) ? Object.values(schema['properties']) : [];
  const constants = properties.flatMap((property) =>
    isRecord(property) && typeof property['const'] === 'string' ? [property['const']] : [],
  );
  return constants[0] ?? (textOf(schema['type']) || `Variant ${index + 1}`);
}

function typeOf(schema: Schema): unknown {
  return schema['type'] ?? (isRecord(schema['properties']) ? 'object' : undefined);
}

function textLimits(schema: Schema, name: string) {
  const format = textOf(schema['format']);
  const maxLength = numberOf(schema['maxLength'], Number.POSITIVE_INFINITY);
  const isNamedLong = format === '' && LONG_NAME.test(name) && maxLength > LONG_TEXT;
  const isLong = isNamedLong || (maxLength > LONG_TEXT && Number.isFinite(maxLength));
  return { isLong, format, minLength: numberOf(schema['minLength'], 0), maxLength };
}

function numberLimits(schema: Schema) {
  const above = numberOf(schema['exclusiveMinimum'], Number.NEGATIVE_INFINITY);
  const below = numberOf(schema['exclusiveMaximum'], Number.POSITIVE_INFINITY);
  const minimum = numberOf(schema['minimum'], Number.NEGATIVE_INFINITY);
  const maximum = numberOf(schema['maximum'], Number.POSITIVE_INFINITY);
  return {
    isInteger: schema['type'] === 'integer',
    minimum: Math.max(above, minimum),
    maximum: Math.min(below, maximum),
    isAboveMinimum: above >= minimum && Number.isFinite(above),
    isBelowMaximum: below <= maximum && Number.isFinite(below),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function jsonOf(value: unknown): JsonValue | undefined {
  return isJsonValue(value) ? value : undefined;
}
