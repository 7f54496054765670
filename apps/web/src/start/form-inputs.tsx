import { Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, inputLook } from '../ui/field.tsx';
import { addEntry, changeProperty, type Draft, draftOf } from './form-draft.ts';
import type {
  BooleanInput,
  ChoiceInput,
  FormField,
  JsonInput,
  ListInput,
  NumberInput,
  ObjectInput,
  TextInput,
  VariantInput,
} from './form-field.ts';
import { pathTo } from './read-form.ts';

interface InputProps<Input extends FormField> {
  readonly field: Input;
  readonly draft: Draft;
  readonly path: string;
  readonly isRequired: boolean;
  /** What is wrong, by the path of the field. */
  readonly problems: ReadonlyMap<string, string>;
  readonly onChange: (draft: Draft) => void;
}

/** The input for one value of a JSON Schema, and those within it. */
export function FormInput(props: InputProps<FormField>): ReactNode {
  const { field } = props;
  switch (field.kind) {
    case 'object':
      return <ObjectFields {...props} field={field} />;
    case 'list':
      return <ListFields {...props} field={field} />;
    case 'variant':
      return <VariantFields {...props} field={field} />;
    default:
      return <SimpleInput {...props} field={field} />;
  }
}

type SimpleField = TextInput | NumberInput | BooleanInput | ChoiceInput | JsonInput;

function SimpleInput(props: InputProps<SimpleField>): ReactNode {
  const { field, draft, path, isRequired, problems, onChange } = props;
  const onText = (text: string): void => onChange({ ...draft, text });
  return (
    <Field
      label={labelOf(field, isRequired)}
      hint={hintOf(field)}
      problem={problems.get(path) ?? null}
      takesFocus={false}
    >
      {(attributes) => {
        const common = { ...attributes, value: draft.text, 'aria-required': isRequired };
        switch (field.kind) {
          case 'boolean':
          case 'choice':
            return (
              <select
                {...common}
                className={`${inputLook} text-sm`}
                onChange={(event) => onText(event.target.value)}
              >
                <option value="">{emptyOption(field, isRequired)}</option>
                {optionsOf(field).map(({ value, name }) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </select>
            );
          case 'json':
            return (
              <textarea
                {...common}
                rows={4}
                spellCheck={false}
                className={`${inputLook} font-mono text-sm`}
                onChange={(event) => onText(event.target.value)}
              />
            );
          case 'text':
            return field.isLong ? (
              <textarea
                {...common}
                rows={4}
                className={`${inputLook} text-sm`}
                onChange={(event) => onText(event.target.value)}
              />
            ) : (
              <input
                {...common}
                type={inputTypes[field.format] ?? 'text'}
                autoComplete="off"
                className={`${inputLook} text-sm`}
                onChange={(event) => onText(event.target.value)}
              />
            );
          case 'number':
            return (
              <input
                {...common}
                inputMode={field.isInteger ? 'numeric' : 'decimal'}
                autoComplete="off"
                className={`${inputLook} text-sm tabular-nums`}
                onChange={(event) => onText(event.target.value)}
              />
            );
        }
      }}
    </Field>
  );
}

function ObjectFields(props: InputProps<ObjectInput>): ReactNode {
  const { field, draft, path, isRequired, problems, onChange } = props;
  const canLeaveOut = !isRequired || field.isNullable;
  const isShown = !canLeaveOut || draft.isIncluded;
  const inner = (
    <>
      {isShown &&
        field.properties.map(({ name, isRequired: needsValue, field: property }) => (
          <FormInput
            key={name}
            field={property}
            draft={draftOf(draft, name)}
            path={pathTo(path, name)}
            isRequired={needsValue}
            problems={problems}
            onChange={(changed) => onChange(changeProperty(draft, name, changed))}
          />
        ))}
      {isShown && field.properties.length === 0 && (
        <p className="text-sm text-muted-foreground">It takes no input.</p>
      )}
    </>
  );
  // The whole input needs no frame.
  if (path === '' && !canLeaveOut) return <div className="space-y-2">{inner}</div>;
  return (
    <Group field={field} isRequired={isRequired} problem={problems.get(path)}>
      {canLeaveOut && (
        <label className="flex w-fit items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-primary"
            checked={draft.isIncluded}
            onChange={(event) => onChange({ ...draft, isIncluded: event.target.checked })}
          />
          Include {field.label}
        </label>
      )}
      {inner}
    </Group>
  );
}

function ListFields(props: InputProps<ListInput>): ReactNode {
  const { field, draft, path, isRequired, problems, onChange } = props;
  const { entries } = draft;
  const nameOf = (index: number): string => `${field.label} ${index + 1}`;
  return (
    <Group field={field} isRequired={isRequired} problem={problems.get(path)}>
      {entries.map(({ key, draft: entry }, index) => (
        <div key={key} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <FormInput
              field={{ ...field.item, label: nameOf(index) }}
              draft={entry}
              path={pathTo(path, key)}
              isRequired
              problems={problems}
              onChange={(changed) => {
                const next = entries.map((one) =>
                  one.key === key ? { key, draft: changed } : one,
                );
                onChange({ ...draft, entries: next });
              }}
            />
          </div>
          <Button
            kind="quiet"
            className="mt-6.5 px-2"
            aria-label={`Remove ${nameOf(index)}`}
            title="Remove"
            onClick={() =>
              onChange({ ...draft, entries: entries.filter((one) => one.key !== key) })
            }
          >
            <Trash2 aria-hidden />
          </Button>
        </div>
      ))}
      <Button
        className="h-8"
        aria-label={`Add to ${field.label}`}
        onClick={() => onChange(addEntry(draft, field.item))}
      >
        <Plus aria-hidden />
        Add
      </Button>
    </Group>
  );
}

function VariantFields(props: InputProps<VariantInput>): ReactNode {
  const { field, draft, path, isRequired, problems, onChange } = props;
  const chosen = field.variants[Number(draft.text)];
  const canLeaveOut = !isRequired || field.isNullable;
  return (
    <Group field={field} isRequired={isRequired} problem={undefined}>
      <Field label="Kind" problem={problems.get(path) ?? null} takesFocus={false}>
        {(attributes) => (
          <select
            {...attributes}
            className={`${inputLook} text-sm`}
            value={draft.text}
            onChange={(event) => onChange({ ...draft, text: event.target.value })}
          >
            {canLeaveOut && <option value="">None</option>}
            {field.variants.map(({ label }, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- A variant is identified by its position.
              <option key={index} value={index}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {draft.text !== '' && chosen !== undefined && (
        <FormInput
          field={chosen}
          draft={draftOf(draft, draft.text)}
          path={pathTo(path, draft.text)}
          isRequired
          problems={problems}
          onChange={(changed) => onChange(changeProperty(draft, draft.text, changed))}
        />
      )}
    </Group>
  );
}

function Group(props: {
  readonly field: FormField;
  readonly isRequired: boolean;
  readonly problem: string | undefined;
  readonly children: ReactNode;
}): ReactNode {
  const { field, isRequired, problem, children } = props;
  const hintId = useId();
  return (
    <fieldset aria-describedby={hintId} className="min-w-0 rounded-lg border p-4">
      <legend className="px-1 text-sm font-medium">{labelOf(field, isRequired)}</legend>
      <p
        id={hintId}
        hidden={problem === undefined && field.description === ''}
        // It takes the focus when nothing else in the list can.
        tabIndex={problem === undefined ? undefined : -1}
        data-problem={problem === undefined ? undefined : ''}
        className={`mb-2 text-sm ${problem === undefined ? 'text-muted-foreground' : 'text-bad'}`}
      >
        {problem ?? field.description}
      </p>
      <div className="space-y-2">{children}</div>
    </fieldset>
  );
}

const inputTypes: Readonly<Record<string, string>> = {
  date: 'date',
  email: 'email',
  time: 'time',
  uri: 'url',
  url: 'url',
};

function labelOf({ label }: FormField, isRequired: boolean): string {
  return isRequired ? label : `${label} (optional)`;
}

function hintOf(field: SimpleField): string {
  if (field.description !== '') return field.description;
  return field.kind === 'json' ? 'As JSON, such as {"count": 3} or ["a", "b"]' : '';
}

function optionsOf(field: BooleanInput | ChoiceInput) {
  return field.kind === 'boolean'
    ? [
        { value: 'true', name: 'Yes' },
        { value: 'false', name: 'No' },
      ]
    : field.options.map((option, index) => ({
        value: String(index),
        name: typeof option === 'string' ? option : JSON.stringify(option),
      }));
}

function emptyOption(field: SimpleField, isRequired: boolean): string {
  if (isRequired && !field.isNullable) return 'Choose …';
  return 'None';
}
