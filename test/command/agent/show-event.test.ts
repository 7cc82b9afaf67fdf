import { expect, it } from 'vitest';
import { toShownEvent } from '../../../src/command/agent/session-events.ts';
import { EventPrinter } from '../../../src/command/agent/show-event.ts';

function shown(...events: object[]): string {
  let text = '';
  const printer = new EventPrinter((part) => (text += part));
  for (const event of events) {
    const known = toShownEvent(event);
    if (known !== undefined) printer.show(known);
  }
  return text;
}

const delta = (id: string, text: string): object => ({
  type: 'event_delta',
  event_id: id,
  delta: { type: 'content_delta', index: 0, content: { type: 'text', text } },
});
const message = (id: string, text: string): object => ({
  type: 'agent.message',
  id,
  content: [{ type: 'text', text }],
  processed_at: '2026-01-01T00:00:00Z',
});

it('writes a text as it comes, and not again when it is whole', () => {
  const start = { type: 'event_start', event: { type: 'agent.message', id: 'm' } };
  expect(shown(start, delta('m', 'Hello '), delta('m', 'you'), message('m', 'Hello you'), message('n', 'Bye'))).toBe(
    'Hello you\nBye\n',
  );
});

it('shows calls with what they are made with, and the start of results', () => {
  const call = { type: 'agent.tool_use', id: 't', name: 'bash', input: { command: 'ls' } };
  const result = {
    type: 'agent.tool_result',
    tool_use_id: 't',
    content: [{ type: 'text', text: 'a\nb\nc\nd\ne\nf\ng' }],
  };
  expect(shown(call, result)).toBe('[bash] ls\n  a\n  b\n  c\n  d\n  e\n  … 2 more lines\n');
});

it('marks failed calls, and says what went wrong', () => {
  const result = { type: 'agent.tool_result', tool_use_id: 't', content: [{ type: 'image' }], is_error: true };
  const error = { type: 'session.error', error: { type: 'unknown_error', message: 'The CLI ended.' } };
  expect(shown(result, error, { type: 'span.model_request_start' })).toBe('! (image)\nerror: The CLI ended.\n');
});

it('lets nothing steer the terminal', () => {
  const start = { type: 'event_start', event: { type: 'agent.message', id: 'm' } };
  expect(shown(start, delta('m', 'a\u001b[2J'))).not.toContain('\u001b');
});
