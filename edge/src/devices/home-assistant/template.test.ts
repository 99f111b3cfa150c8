import { expect, test } from 'vitest';
import { calculate, follow, readTemplate } from './template.ts';

function apply(template: string, value: unknown): unknown {
  const pick = readTemplate(template);
  if (!pick) return 'not read';
  const found = pick.path === null ? value : follow(value, pick.path);
  return typeof found === 'number' ? calculate(found, pick.steps) : found;
}

test.each([
  ['{{ value_json.a }}', { a: 1 }, 1],
  ['{{value_json.a.b}}', { a: { b: 2 } }, 2],
  ['{{ value_json[\'a\']["b c"] }}', { a: { 'b c': 3 } }, 3],
  ['{{- value_json["a"].b[1] -}}', { a: { b: [4, 5] } }, 5],
  ['{{ value }}', 6, 6],
  ['{{ value | float * 1000 }}', 0.0125, 12.5],
  ['{{ (value_json.a | float) / 10 }}', { a: 215 }, 21.5],
  ['{{ (value_json.a / 10) | round(0) }}', { a: 216 }, 22],
  ['{{ value_json.a | round(2) }}', { a: 7.128 }, 7.13],
  ['{{ value_json.a | int }}', { a: 7.9 }, 7],
  ['{{ value_json.a | float(0) | round(1) }}', { a: 7.25 }, 7.3],
  ['{{ value_json.a | default(5) }}', {}, undefined],
  ['{{ value_json.__proto__ }}', {}, undefined],
  ['{{ value_json.length }}', [1], undefined],
])('%s of %j is %j', (template, value, meant) => {
  expect(apply(template, value)).toBe(meant);
});

test.each([
  '{{ value_json.a + 1 }}',
  '{{ value_json.a - 1 }}',
  '{{ value_json.a * value_json.b }}',
  '{{ value_json.a / 0 }}',
  '{{ value_json.a / 10 / 10 }}',
  '{{ value_json.a | multiply(2) }}',
  '{{ value_json.a if value_json.b else 0 }}',
  '{% if value_json.a %}1{% endif %}',
  '{{ value_json.a }}{{ value_json.b }}',
  '{{ value_json[value] }}',
  '{{ states("sensor.a") }}',
  'value_json.a',
  `{{ value_json.${'a'.repeat(400)} }}`,
])('%s is not half understood', (template) => {
  expect(readTemplate(template)).toBeUndefined();
});
