// The template engine as users of Jinja2 with StrictUndefined know it, and what happens after a crash.
import { describe, expect, it } from 'vitest';
import { render } from './support.ts';

const context = {
  name: 'X',
  none: null,
  yes: true,
  list: [1, 'a', null, true],
  dict: { b: 2, get: 'shadow' },
  order: { z: 1, a: { y: 'Y', x: null } },
  code: { developers: [{ username: 'u' }] },
};

describe('S6.4 Jinja2 in scripts', () => {
  it.each([
    ['{{ yes }} {{ none }} {{ list }}', "True None [1, 'a', None, True]"],
    [
      '{{ (1, "a") }} {{ (yes,) }} {{ () }} {{ (1 + 2) }} {{ (1, 2)|join("-") }}',
      "(1, 'a') (True,) () 3 1-2",
    ],
    ['{{ dict }}', "{'b': 2, 'get': 'shadow'}"],
    ['{{ ["it\'s"] }}', '["it\'s"]'],
    ['{{ name ~ none ~ yes ~ 1 }}', 'XNoneTrue1'],
    [
      '{{ 1.0 }} {{ 6 / 2 }} {{ 7 // 2 }} {{ 1e20 }} {{ 0.00001 }} {{ 1.5 }}',
      '1.0 3.0 3 1e+20 1e-05 1.5',
    ],
    ['{{ name if false }}{{ 1 if none else name if false }}|{% set x = 1 if none %}{{ x }}', '|'],
    [
      '{{ "%05d|%-4s|%6.2f|%x|%+d|%e" % (42, "a", 3.14159, 255, 7, 12000) }}',
      '00042|a   |  3.14|ff|+7|1.200000e+04',
    ],
    ['{{ "%s-%d" % (name, 3) }} {{ "%s" % name }}', 'X-3 X'],
    ['{{ dict.get("zz", 5) }} {{ dict.get("b") }} {{ dict.get("zz") }}', '5 2 None'],
    [
      '{% for d in code.get("developers", []) %}{{ loop.index }}{{ d["username"] }}{% endfor %}',
      '1u',
    ],
    ['{% for d in code.get("nobody", []) %}x{% endfor %}', ''],
    ['{{ "a/b".split("/")[0] }} {{ name.split("/")[0] }}', 'a X'],
    [
      '{{ nope is defined }} {{ dict.nope is defined }} {{ nope is not defined }}',
      'False False True',
    ],
    ['{{ nope|default("d") }} {{ dict.nope|d(1) }}', 'd 1'],
    ['{{ nope.x if nope is defined else "none" }}', 'none'],
    ['{{ order }} {{ order.a }}', "{'z': 1, 'a': {'y': 'Y', 'x': None}} {'y': 'Y', 'x': None}"],
    [
      '{% for k in order %}{{ k }}{% endfor %}{% for k in order.a if k != "y" %}{{ k }}{% endfor %}',
      'zax',
    ],
    ['{% for k, v in order.a.items() %}{{ k }}={{ v }} {% endfor %}', 'y=Y x=None '],
    ['{{ order.keys()|join(",") }} {{ order.a.values()|list }}', "z,a ['Y', None]"],
    ['{% for i in [3, 1] %}{{ i }}{% endfor %}{% for c in "ab" %}{{ c }}{% endfor %}', '31ab'],
    ['{% raw %}\n{{ x }}\n{% endraw %}\nz', '\n{{ x }}\nz'],
    ['a\r\nb', 'a\nb'],
    ['a } % }} # b\r\n\r\n', 'a } % }} # b\n'],
    ['', ''],
    ['  {% if yes %}\nx\n  {% endif %}\nend', 'x\nend'],
    ['{# {{ nope }} #}{{ "}}" }}', '}}'],
    ['{{ {"a": {"b": 1}}["a"]["b"] }}', '1'],
    ['{% set x = 5 %}{{ x }}{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}', '512'],
  ])('%s', (template, output) => {
    expect(render(template, context)).toEqual({ ok: true, value: output });
  });

  it.each([
    ['{{ nope }}', 'nope'],
    ['{{ nope.image }}', 'nope.image'],
    ['{{ dict["nope"] }}', 'dict["nope"]'],
    ['{% if not nope %}x{% endif %}', 'nope'],
    ['{% if nope == 1 %}x{% endif %}', 'nope'],
    ['{{ [nope] }}', 'nope'],
    ['{{ "a" ~ nope }}', 'nope'],
    ['{% set x = nope %}', 'nope'],
    ['{{ "a".split("/")[1] }}', '"a".split("/")[1]'],
    ['{{ list[9] }}', 'list[9]'],
    ['{{ nope.get("a", 1) }}', 'nope'],
    ['{{ nope.x is defined }}', 'nope.x'],
    ['{{ loop }}', 'loop'],
    ['{{ name.split("/")[3] == "x" }}', 'name.split("/")[3]'],
  ])('an undefined name never passes silently: %s', (template, undefinedName) => {
    expect(render(template, context)).toMatchObject({ ok: false, error: { undefinedName } });
  });

  it.each([
    ['{{ name|uper }}', 'there is no filter "uper" (did you mean "upper"?)'],
    ['{% if name is strng %}x{% endif %}', 'there is no test "strng" (did you mean "string"?)'],
    [
      '{{ name.ljust(4) }}',
      'a string has no method "ljust" here; use a filter, or let the script do it',
    ],
    [
      '{% for i in range(700) %}{% for j in range(99) %}{{ j }}{% endfor %}{% endfor %}',
      'this takes more steps than a template may, as a loop in a loop does; let the script itself do it',
    ],
  ])('says what to do: %s', (template, message) => {
    expect(render(template, context)).toMatchObject({ error: { message, place: { line: 1 } } });
  });

  it('tells the line also after a raw block and a tag of several lines', () => {
    const template = '{% raw %}\na\n{% endraw %}\n{{\n name\n}}\n{{ nope }}';
    expect(render(template, context)).toMatchObject({ error: { place: { line: 7, column: 4 } } });
  });

  it.each<[string, number, number | null]>([
    ['{{ nope }}', 1, 4],
    ['a\r\nb {{ name }} {{- nope.x }}', 2, 18],
    ['{{ name ~\n  nope }}', 2, 3],
    ['{% for d in nope %}{% endfor %}', 1, 13],
    ['{{ name }}{{ "a".split("/")[1] }}', 1, 14],
    ['x\n {{ name|nofilter }}', 2, 10],
    ['{{ name }}\n {{ 1 + }}', 2, 2],
    ['{{ name }}{{ 1 + }}', 1, null],
  ])('tells where the mistake is, as well as the engine lets it: %j', (template, line, column) => {
    expect(render(template, context)).toMatchObject({ error: { place: { line, column } } });
  });

  it.each([
    ['{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}'],
    ['{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}'],
    [`{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`],
    [`{{ ${'name['.repeat(20)}0${']'.repeat(20)} }}`],
    [`{{ ${'-'.repeat(100_000)}1 }}`],
    [`{% if true %}`.repeat(20_000)],
    ['{% include "x" %}'],
    ['{{ name'],
    ['{{ name }'],
    ['{% unknown %}'],
    ['{{ name|nofilter }}'],
    ['{{ python_text() }}'],
  ])('an error, and the next render is not harmed: %.40s', (template) => {
    expect(render(template, context).ok).toBe(false);
    expect(render('{{ name }}', context)).toEqual({ ok: true, value: 'X' });
  });

  it.each([
    [
      '{{ 2 * 3 }} {{ 2.0 * 3 }} {{ n * 2 }} {{ 1 + n * 2 - 1 }} {{ n * 2 + n * n }}',
      '6 6.0 10 10 35',
    ],
    ['{{ "ab" * 2 }} {{ 2 * "ab" }} {{ [1] * 2 }} {{ "-" * n ~ "x" }}', 'abab abab [1, 1] -----x'],
    [
      '{{ [1, none, yes]|join(", ") }} {{ ["a", "b"]|join }} {{ "-".join(["a"]) }}',
      '1, None, True ab a',
    ],
    ['{{ name|lower|upper|replace("X", "yxx")|replace("x", "z", 1) }}', 'yzx'],
    ['{{ "a"|center(4) }}|{{ "a b"|wordcount }}|{{ "%s-%d"|format("x", 1) }}', ' a  |2|x-1'],
    ['{{ "foo bar baz qux"|truncate(9) }} {{ "a\nb"|indent(2) }}', 'foo... a\n  b'],
    ['{{ [dict]|map(attribute="b")|join }} {{ [dict]|selectattr("z", "defined")|list }}', '2 []'],
    ['{{ nope is none }} {{ dict.nope is string }} {{ none is none }}', 'False False True'],
    ['{% for k, v in order.items() if v is mapping %}{{ k }}{{ loop.last }}{% endfor %}', 'aTrue'],
  ])('what the adapter does itself: %s', (template, output) => {
    expect(render(template, { ...context, n: 5 })).toEqual({ ok: true, value: output });
  });

  it.each([
    '{{ [dict]|map(attribute="nope")|join }}',
    '{{ [dict]|selectattr("nope")|list }}',
    '{{ []|first|upper }}',
  ])('what is not there is not empty: %s', (template) => {
    expect(render(template, context)).toMatchObject({ ok: false, error: { place: { line: 1 } } });
  });
});
