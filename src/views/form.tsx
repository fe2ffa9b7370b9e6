// Buttons that change something: plain forms, with what proves that the form is of this session.
import type { Child } from 'hono/jsx';
import { usePage } from './page-context.ts';

export const Csrf = () => {
  const { csrf } = usePage().viewer;
  return csrf === null ? null : <input type="hidden" name="_csrf" value={csrf} />;
};

/** One button, and what it says besides that it was pressed. */
export const ActionButton = (props: {
  action: string;
  fields?: Readonly<Record<string, string>>;
  primary?: boolean;
  title?: string;
  children: Child;
}) => (
  <form method="post" action={props.action}>
    <Csrf />
    {Object.entries(props.fields ?? {}).map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button class={props.primary ? 'button primary' : 'button'} type="submit" title={props.title}>
      {props.children}
    </button>
  </form>
);

export const Field = (props: { label: string; hint?: string; children: Child }) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is what it has for children.
  <label class="field">
    <span>{props.label}</span>
    {props.children}
    {props.hint ? <small class="soft">{props.hint}</small> : null}
  </label>
);
