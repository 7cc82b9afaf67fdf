import { expect, it } from 'vitest';
import { userLine } from '../../../src/cli/turn/user-line.ts';
import type { AssistantMessage, UserBlock } from '../../../src/core/conversation.ts';

const text = (words: string) => ({ type: 'text' as const, text: words });
const image = { type: 'image' as const, source: { type: 'url' as const, url: 'https://x.example/a.png' } };
const result = { type: 'tool_result' as const, tool_use_id: 'a', content: [text('done')] };
const answer: AssistantMessage = { role: 'assistant', content: [text('An answer')] };

it.each<[string, UserBlock[], object[]]>([
  ['its texts', [text('one'), text('two')], [text('one'), text('two')]],
  ['its texts alone', [image, text('one'), image, result], [text('one')]],
  ['nothing where it has no text', [image], []],
  ['no tool result, which could not be taken back', [result], []],
  ['no command of the CLI', [text('/context')], [text('\n/context')]],
  ['a path', [text('/etc/passwd')], [text('/etc/passwd')]],
  ['no field that the API alone knows', [{ ...text('one'), citations: [] }], [text('one')]],
])('userLine tells the CLI of the first message: %s', (_what, content, told) => {
  const messages = [
    answer,
    { role: 'user' as const, content },
    answer,
    { role: 'user' as const, content: [text('x')] },
  ];
  expect(userLine({ system: [], messages }, 'u')).toEqual({
    type: 'user',
    uuid: 'u',
    message: { role: 'user', content: told },
  });
});
