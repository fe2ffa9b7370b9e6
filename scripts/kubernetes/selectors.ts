/**
 * Label and field selectors, as queries write them and as objects do. Pure.
 */
import { badRequest } from './failure.ts';
import { wrongWithKey, wrongWithValue } from './labels.ts';
import { fieldAt, isFields, type KubeObject, type Labels, listAt } from './object.ts';

export type Matches = (object: KubeObject) => boolean;

type Requirement = (labels: Labels) => boolean;

/** `app=web,tier!=db,env in (a,b),owner,!old`. @throws {Failure} 400 */
export function labelSelector(text: string): Matches {
  const requirements = splitOutsideBrackets(text).map((term) => requirement(term, text));
  return ({ metadata }) => requirements.every((holds) => holds(metadata.labels ?? {}));
}

/** `metadata.name=x,status.phase!=Running`. @throws {Failure} 400 */
export function fieldSelector(text: string): Matches {
  const terms = text.split(',').filter((term) => term.trim() !== '');
  const tests = terms.map((term): Matches => {
    const [, path, operator, value] = /^\s*([\w.[\]-]+)\s*(!=|==|=)\s*(.*?)\s*$/.exec(term) ?? [];
    if (path === undefined) {
      throw badRequest(`invalid field selector: '${text}': can't understand '${term}'`);
    }
    const steps = path.split('.');
    const isEqual: Matches = (object) => String(fieldAt(object, ...steps) ?? '') === value;
    return operator === '!=' ? (object) => !isEqual(object) : isEqual;
  });
  return (object) => tests.every((holds) => holds(object));
}

/** `matchLabels` and `matchExpressions`, as a workload has them. */
export function objectSelector(selector: unknown): (labels: Labels) => boolean {
  const wanted = fieldAt(selector, 'matchLabels');
  const pairs = isFields(wanted) ? Object.entries(wanted) : [];
  const expressions = listAt(selector, 'matchExpressions').map(expression);
  return (labels) =>
    pairs.every(([key, value]) => labels[key] === value) &&
    expressions.every((holds) => holds(labels));
}

function expression(value: unknown): Requirement {
  const key = String(fieldAt(value, 'key'));
  const values = listAt(value, 'values').map(String);
  switch (fieldAt(value, 'operator')) {
    case 'In':
      return (labels) => values.includes(labels[key] ?? '');
    case 'NotIn':
      return (labels) => !values.includes(labels[key] ?? '');
    case 'Exists':
      return (labels) => key in labels;
    default:
      return (labels) => !(key in labels);
  }
}

function requirement(term: string, whole: string): Requirement {
  const inSet = /^([^\s!=(),]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (inSet) {
    const [, key = '', operator, list = ''] = inSet;
    const values = list.split(',').map((value) => value.trim());
    checkRequirement(key, values);
    const isIn: Requirement = (labels) => key in labels && values.includes(labels[key] ?? '');
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const equality = /^([^\s!=(),]+)\s*(!=|==|=)\s*([^\s!=(),]*)$/.exec(term);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    checkRequirement(key, [value]);
    return operator === '!='
      ? (labels) => labels[key] !== value
      : (labels) => labels[key] === value;
  }
  const [, absent, key] = /^(!?)\s*([^\s!=(),]+)$/.exec(term) ?? [];
  if (key === undefined) {
    throw badRequest(`unable to parse requirement: found '${term}' in the selector '${whole}'`);
  }
  checkRequirement(key, []);
  return absent ? (labels) => !(key in labels) : (labels) => key in labels;
}

/** What no object can have is not asked for, but refused. @throws {Failure} 400 */
function checkRequirement(key: string, values: readonly string[]): void {
  const refuse = (field: string, value: string, why: string): void => {
    const complaint = `${field}: Invalid value: ${JSON.stringify(value)}: ${why}`;
    throw badRequest(`unable to parse requirement: ${complaint}`);
  };
  const wrongKey = wrongWithKey(key);
  if (wrongKey) refuse('key', key, wrongKey);
  for (const [i, value] of values.entries()) {
    const wrongValue = wrongWithValue(value);
    if (wrongValue) refuse(`values[${i}][${key}]`, value, wrongValue);
  }
}

function splitOutsideBrackets(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}
