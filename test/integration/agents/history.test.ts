import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EarlierMessage } from '../../../src/core/agent-engine.ts';
import { says } from '../../support/agents/scripted.ts';
import { startAgents, type Agents } from '../../support/agents/start-agents.ts';
import { conversationOf } from '../../support/upstream.ts';

let agents: Agents;

beforeEach(async () => {
  agents = await startAgents(says('Said.'));
});

afterEach(() => agents.stop());

const said = (role: EarlierMessage['role'], ...texts: string[]): EarlierMessage => ({
  role,
  content: texts.map((text) => ({ type: 'text', text })),
});

const history = [
  said('user', 'My number is 7.'),
  said('assistant', 'Noted: 7.'),
  // What the CLI would take for a command of its own.
  said('user', '/context'),
  said('assistant', 'One.', 'Two.'),
];

test('an agent is given what was said before, and still has it when it resumes', async () => {
  const first = await agents.open({ history });
  await first.turn('What is it?');
  expect(told()).toEqual(['My number is 7.', 'Noted: 7.', '/context', 'One.', 'Two.', 'What is it?']);
  await first.process.stop();
  const second = await agents.open({ transcript: first.transcript, resume: true });
  await second.turn('And now?');
  const both = ['My number is 7.', 'Noted: 7.', '/context', 'One.', 'Two.', 'What is it?', 'Said.', 'And now?'];
  expect(told()).toEqual(both);
});

/** What the model was sent, without what the CLI adds to it. */
function told(): unknown[] {
  return conversationOf(agents.standIn.requests.at(-1)).flatMap(({ content }) => content);
}
