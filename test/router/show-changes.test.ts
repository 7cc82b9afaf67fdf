import { expect, it } from 'vitest';
import { showChanges } from '../../src/router/show-changes.ts';
import { planRegister } from '../../src/router/register.ts';
import { registration } from './registration.ts';

const text = 'providers:\n  a:\n    url: http://a/v1\n    api_key: sk-secret # x\n    enabled: true\nother: 1\n';

it('shows added lines, and both states of changed ones, each under its number', () => {
  const plan = planRegister(text, registration({ disable: 'a' }));
  expect(plan.kind === 'change' ? showChanges(text, plan.changes) : '').toBe(`line 6:
+   claude-harness:
+     url: http://127.0.0.1:8013/v1
+     api_key: unused
+     enabled: true
line 5:
-     enabled: true
+     enabled: false # switched off by claude-harness register (claude-harness), was true
`);
});

it('shows only what is new at the end of a file without a line break', () => {
  expect(showChanges('a: 1\r\nb: 2', [[{ offset: 10, removed: '', inserted: '\r\nc: 3' }]])).toBe('line 2:\n+ c: 3\n');
});

it.each([
  ['api_key: sk-secret # x', 'api_key: (hidden) # x'],
  ['  "apiKey": "sk-secret"', '  "apiKey": "(hidden)"'],
  ['- token: abc', '- token: (hidden)'],
  ['api_key: ${A_KEY}', 'api_key: ${A_KEY}'],
  ['api_key: os.environ/A_KEY', 'api_key: os.environ/A_KEY'],
  ['api_key: unused', 'api_key: unused'],
  ['api_key_env: A_KEY', 'api_key_env: A_KEY'],
  ['keys: 3', 'keys: 3'],
])('of %s it shows %s', (line, shown) => {
  expect(showChanges('', [[{ offset: 0, removed: '', inserted: `${line}\n` }]])).toBe(`line 1:\n+ ${shown}\n`);
});
