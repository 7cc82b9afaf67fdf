import { expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { nameField } from '../../../src/dialect/managed-agents/name-field.ts';

it.each([
  ['page', 'It is none.', 'page: It is none.'],
  ['page', 'page: It is none.', 'page: It is none.'],
  ['events[3].tool_use_id', 'There is none.', 'events.3.tool_use_id: There is none.'],
  ['events.3.type', 'events.3.type: Field required', 'events.3.type: Field required'],
  ['agent.tools[2].policy', 'It asks.', 'agent.tools: It asks.'],
  ['agent.custom_tools[0].name', 'It is there twice.', 'agent.tools: It is there twice.'],
  [undefined, 'It failed.', 'It failed.'],
])('what is wrong with %s is told as %j with its name', (param, message, expected) => {
  const error = nameField(new HarnessError('SESSION_CONFLICT', message, param === undefined ? {} : { param }));
  expect([error.code, error.message, error.facts.param]).toEqual(['SESSION_CONFLICT', expected, param]);
});
