// Templates that are short, and would make or go through gigabytes.

export const BOMBS: readonly string[] = [
  "{{ 'x' * 400000000 }}",
  "{{ 1000 * 1000 * 1000 * 'x' }}",
  "{{ 'x' * 1000 * 1000 * 1000 }}",
  '{{ [1] * 90000000 }}',
  "{% for i in range(30) %}{{ range(100000)|join('xxxxxxxxxxxxxxxxxxxx')|upper|lower|replace('x','yy')|length }}{% endfor %}",
  "{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'.join(range(90000)) }}",
  `{% set a = 'xxxxxxxxxxxxxxxx' %}${'{% set a = a ~ a %}'.repeat(40)}{{ a }}`,
  "{% set n = namespace(x='a') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
  "{% with a = 'x' * 400000000 %}{{ a }}{% endwith %}",
  "{% filter replace('x', 'y' * 400000000) %}x{% endfilter %}",
  "{{ 'x'.replace('x', 'y' * 100000).replace('y', 'z' * 1000) }}",
  "{{ 'a'|indent(400000000, true) }}",
  "{{ 'a'|center(400000000) }}",
  "{{ [1]|batch(100000000, 'x')|list }}",
  '{{ [1]|slice(100000000)|list }}',
  '{{ [1]|tojson(indent=400000000) }}',
  '{% for i in range(9000) %}{{ range(100000)|list|length }}{% endfor %}',
  '{% set x = range(90000)|list %}{% for i in range(1000) %}{{ x == x }}{% endfor %}',
  `{% for i in range(60000) %}${'x'.repeat(5000)}{% endfor %}`,
  `{% macro m() %}${'x'.repeat(50000)}{% endmacro %}{% for i in range(9000) %}{{ m() }}{% endfor %}`,
];
