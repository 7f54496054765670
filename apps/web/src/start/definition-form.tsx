import type { DefinitionInfo } from '@runtape/contract';
import { Play } from 'lucide-react';
import { type ReactNode, type SubmitEvent, useEffect, useMemo, useRef, useState } from 'react';
import { submitWithModifier, SubmitKeys } from '../ui/submit-keys.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { newDraft } from './form-draft.ts';
import { FormInput } from './form-inputs.tsx';
import { readForm, ROOT } from './read-form.ts';
import { readSchema } from './read-schema.ts';
import { useStartByName } from './use-start-by-name.ts';

/** The first thing in the form that is wrong. */
const FIRST_PROBLEM = '[aria-invalid="true"], [data-problem]';
const NO_PROBLEMS: ReadonlyMap<string, string> = new Map();

/** Starts a workflow with an input that the form asks for, as its JSON Schema says. */
export function DefinitionForm({ definition }: { readonly definition: DefinitionInfo }): ReactNode {
  const { name, input } = definition;
  const field = useMemo(() => readSchema(input), [input]);
  const [draft, setDraft] = useState(() => newDraft(field));
  /** How often it was submitted with a mistake. From then on, mistakes are shown at once. */
  const [refusals, setRefusals] = useState(0);
  const { start, isStarting, error } = useStartByName();
  const form = useRef<HTMLFormElement>(null);
  const { value, problems } = readForm(field, draft);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>(FIRST_PROBLEM)?.focus();
  }, [refusals]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isStarting) return;
    if (problems.size > 0) setRefusals(refusals + 1);
    else start(name, value ?? null);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- A key that works in all of its fields.
    <form
      ref={form}
      onSubmit={submit}
      onKeyDownCapture={submitWithModifier}
      noValidate
      aria-label={`Start ${definition.title ?? name}`}
      className="space-y-4"
    >
      <FormInput
        field={field}
        draft={draft}
        path={ROOT}
        isRequired
        problems={refusals > 0 ? problems : NO_PROBLEMS}
        onChange={setDraft}
      />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" kind="primary" aria-disabled={isStarting}>
          <Play aria-hidden />
          {isStarting ? 'Starting …' : 'Start'}
        </Button>
        <SubmitKeys />
        <output className="text-sm text-bad">
          {refusals > 0 && problems.size > 0 && describeProblems(problems.size)}
        </output>
      </div>
      {error !== null && <Notice title="The workflow could not be started">{error.message}</Notice>}
    </form>
  );
}

function describeProblems(count: number): string {
  return count === 1 ? 'One field needs a change.' : `${count} fields need a change.`;
}
