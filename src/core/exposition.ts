// Samples -> the text that Prometheus scrapes (exposition format 0.0.4): each family once, with its help and type. Pure.

export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
}

export interface Sample {
  /** Of a histogram, with `_bucket`, `_sum` or `_count` behind the family's. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function exposition(families: readonly Family[], samples: readonly Sample[]): string {
  const lines = families.flatMap((family) => {
    const own = samples.filter(({ name }) => isOf(name, family));
    if (own.length === 0) return [];
    const { name, type, help } = family;
    return [`# HELP ${name} ${escapedHelp(help)}`, `# TYPE ${name} ${type}`, ...own.map(line)];
  });
  return lines.map((text) => `${text}\n`).join('');
}

const isOf = (name: string, family: Family): boolean =>
  family.type === 'histogram'
    ? ['_bucket', '_sum', '_count'].some((suffix) => name === family.name + suffix)
    : name === family.name;

function line({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

const escapedHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escaped = (text: string): string => escapedHelp(text).replaceAll('"', '\\"');
