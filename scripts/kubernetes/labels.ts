/**
 * What a label, an annotation and a finalizer may be called, and what a label's value may be. Many a
 * name that other systems take, such as `owner/repo:branch`, is none here.
 */
import type { Complaint } from './failure.ts';

const namePattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const prefixPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const lengthMost = 63;
const annotationBytesMost = 256 * 1024;

const characters =
  "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  'alphanumeric character';
const nameRule =
  `name part must ${characters} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for ` +
  `validation is '${namePattern}')`;
const valueRule =
  `a valid label must be an empty string or ${characters} (e.g. 'MyValue',  or 'my_value',  or ` +
  `'12345', regex used for validation is '(${namePattern})?')`;

interface Named {
  readonly labels?: Readonly<Record<string, string>> | null | undefined;
  readonly annotations?: Readonly<Record<string, string>> | null | undefined;
}

export function labelComplaints({ labels, annotations }: Named): Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (field: string, value: string, why: string | null): void => {
    if (why === null) return;
    const message = `Invalid value: ${JSON.stringify(value)}: ${why}`;
    complaints.push({ field, message, reason: 'FieldValueInvalid' });
  };
  for (const [key, value] of Object.entries(labels ?? {})) {
    complain('metadata.labels', key, wrongWithKey(key));
    complain('metadata.labels', value, wrongWithValue(value));
  }
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    complain('metadata.annotations', key, wrongWithKey(key));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > annotationBytesMost) {
    const message = `Too long: may not be more than ${annotationBytesMost} bytes`;
    complaints.push({ field: 'metadata.annotations', message, reason: 'FieldValueInvalid' });
  }
  return complaints;
}

/** null when it is right. */
export function wrongWithValue(value: string): string | null {
  if (value.length > lengthMost) return `must be no more than ${lengthMost} characters`;
  return value === '' || new RegExp(`^${namePattern}$`).test(value) ? null : valueRule;
}

/** null when it is right. */
export function wrongWithKey(key: string): string | null {
  const [name = '', prefix, ...more] = key.split('/').reverse();
  if (more.length > 0) {
    return `a qualified name must ${characters} with an optional DNS subdomain prefix and '/'`;
  }
  if (prefix !== undefined && !new RegExp(`^${prefixPattern}$`).test(prefix)) {
    return (
      'prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric ' +
      "characters, '-' or '.', and must start and end with an alphanumeric character"
    );
  }
  if (name.length > lengthMost) return `name part must be no more than ${lengthMost} characters`;
  return new RegExp(`^${namePattern}$`).test(name) ? null : nameRule;
}
