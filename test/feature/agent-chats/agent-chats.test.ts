import { expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/conversation.ts';
import type { TurnRequest } from '../../../src/core/endpoint.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { AgentChats, type AskedAgent } from '../../../src/feature/agent-chats/agent-chats.ts';
import { createChatStore } from '../../../src/feature/agent-chats/chat-store.ts';
import { briefly, failure, kill, openAnother, openSessions, poll, profile, user } from '../sessions/open-sessions.ts';
import type { OpenSessions } from '../sessions/open-sessions.ts';

const own = profile.model;

const chatsOf = ({ sessions, state }: OpenSessions): AgentChats =>
  new AgentChats({
    ...{ sessions, log: state.log, store: createChatStore(state.file) },
    resolveModel: (name) => name,
    settings: { unsupportedParams: 'ignore' },
  });

/** Texts by turns, the user's first and last. */
function conversation(...texts: string[]): Conversation {
  const messages = texts.map((text, index) => ({
    role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content: [{ type: 'text' as const, text }],
  }));
  return { system: [], messages };
}

function asked(said: Conversation, changes: Partial<AskedAgent> = {}, model = own): AskedAgent {
  const request: TurnRequest = { model, conversations: [said], options: {}, stream: true, ignored: [] };
  const agent = { id: `${model}:coder`, agent: 'coder', profile, model };
  return { ...{ caller: undefined, agent, request, body: {}, header: () => undefined, hasBlocks: false }, ...changes };
}

/** Has a turn, and gives its session and its text. */
async function say(chats: AgentChats, said: Conversation, changes: Partial<AskedAgent> = {}, model = own) {
  const { sessionId, run } = await chats.begin(asked(said, changes, model));
  const events: TurnEvent[] = [];
  for await (const event of run(said, { model }, new AbortController().signal)) events.push(event);
  return { sessionId, text: events.map((event) => (event.type === 'text' ? event.text : '')).join(''), events };
}

it('goes on in the session of the conversation, also after a restart', async () => {
  const service = openSessions();
  const first = await say(chatsOf(service), conversation('One'));
  expect(first.text).toBe('re: One');
  await service.sessions.stop();
  kill(service);
  const next = openAnother(service);
  const second = await say(chatsOf(next), conversation('One', 're:   One\n', 'Two'));
  expect(second).toMatchObject({ sessionId: first.sessionId, text: 're: Two' });
});

it('gives the same conversation to one request alone: the other has a session that is told of it', async () => {
  const service = openSessions();
  const chats = chatsOf(service);
  const { sessionId } = await say(chats, conversation('One'));
  const both = await Promise.all([1, 2].map(() => say(chats, conversation('One', 're: One', 'Two'))));
  expect(new Set(both.map((one) => one.sessionId)).size).toBe(2);
  expect(both.map((one) => one.sessionId)).toContain(sessionId);
  const { past } = service.engine.last.options;
  expect(
    past.map(({ role, content: [block] }) => [role, block !== undefined && block.type === 'text' && block['text']]),
  ).toEqual([
    ['user', 'One'],
    ['assistant', 're: One'],
  ]);
});

it('begins another session where the one of the conversation has gone on otherwise', async () => {
  const service = openSessions();
  const chats = chatsOf(service);
  const { sessionId } = await say(chats, conversation('One'));
  await service.sessions.send(undefined, sessionId, [user('Aside')]);
  await poll(() => briefly(service, sessionId).then((all) => all.at(-1))).toBe('idle: end_turn');
  expect((await say(chats, conversation('One', 're: One', 'Two'))).sessionId).not.toBe(sessionId);
});

it('begins another session for another model, or where the last one is gone', async () => {
  const service = openSessions();
  const chats = chatsOf(service);
  const { sessionId } = await say(chats, conversation('One'));
  const other = await say(chats, conversation('One', 're: One', 'Two'), {}, 'opus');
  expect(other.sessionId).not.toBe(sessionId);
  expect(service.engine.last.options.profile.model).toBe('opus');
  await service.sessions.delete(undefined, sessionId);
  expect((await say(chats, conversation('One', 're: One', 'Two'))).text).toBe('re: Two');
});

it('lets a request that has failed be repeated in its session', async () => {
  const service = openSessions();
  const chats = chatsOf(service);
  const { sessionId } = await say(chats, conversation('One'));
  const script = service.engine.script;
  service.engine.script = (turn) => {
    turn.process.die();
  };
  await expect(say(chats, conversation('One', 're: One', 'Two'))).rejects.toMatchObject(failure('CLI_FAILED'));
  service.engine.script = script;
  const again = await say(chats, conversation('One', 're: One', 'Two'));
  expect(again).toMatchObject({ sessionId, text: 're: Two' });
});

it('interrupts the turn of a client that leaves, and finds its session by what the client was told', async () => {
  const service = openSessions();
  const chats = chatsOf(service);
  service.engine.script = (turn) => {
    turn.say('Part');
  };
  const said = conversation('One');
  const { sessionId, run } = await chats.begin(asked(said));
  for await (const event of run(said, { model: own }, new AbortController().signal)) {
    if (event.type === 'block_stop') break;
  }
  await poll(() => briefly(service, sessionId).then((all) => all.includes('user.interrupt'))).toBe(true);
  await poll(() => briefly(service, sessionId).then((all) => all.at(-1))).toBe('idle: end_turn');
  service.engine.script = (turn) => {
    turn.say('On');
    turn.end();
  };
  expect((await say(chats, conversation('One', 'Part', 'Two'))).sessionId).toBe(sessionId);
});

it('interrupts the turn of a client that leaves, though another message waits behind it', async () => {
  const service = openSessions();
  const chats = chatsOf(service);
  service.engine.script = (turn) => {
    turn.say('Part');
  };
  const said = conversation('One');
  const { sessionId, run } = await chats.begin(asked(said));
  for await (const event of run(said, { model: own }, new AbortController().signal)) {
    if (event.type !== 'block_stop') continue;
    await service.sessions.send(undefined, sessionId, [user('Two')]);
    break;
  }
  expect(await briefly(service, sessionId)).toContain('user.interrupt');
});

it('tells a session the system prompt once, and again where it is another', async () => {
  const service = openSessions();
  const chats = chatsOf(service);
  const with_ = (system: string, ...texts: string[]) => ({ ...conversation(...texts), system: [system] });
  const { sessionId } = await say(chats, with_('Be brief.', 'One'));
  await say(chats, with_('Be brief.', 'One', 're: One', 'Two'));
  await say(chats, with_('Be long.', 'One', 're: One', 'Two', 're: Two', 'Three'));
  const told = (await briefly(service, sessionId)).filter((event) => event.startsWith('system.message'));
  expect(told).toEqual(['system.message: Be brief.', 'system.message: Be long.']);
});

it('refuses a named session that is of another model, at work, or another caller’s', async () => {
  const service = openSessions();
  const chats = chatsOf(service);
  const { sessionId } = await say(chats, conversation('One'));
  const named = { header: (name: string) => (name === 'x-session-id' ? sessionId : undefined) };
  const begin = (changes: Partial<AskedAgent>, model = own) =>
    chats.begin(asked(conversation('Two'), { ...named, ...changes }, model));
  await expect(begin({}, 'opus')).rejects.toMatchObject(failure('INVALID_REQUEST', 'x-session-id'));
  await expect(begin({ caller: 'sha256:other' })).rejects.toMatchObject(failure('SESSION_NOT_FOUND'));
  service.engine.script = (turn) => void turn.ask('call_1');
  await service.sessions.send(undefined, sessionId, [user('Ask')]);
  await poll(() => briefly(service, sessionId).then((all) => all.at(-1))).toBe('idle: requires_action');
  await expect(begin({})).rejects.toMatchObject(failure('SESSION_CONFLICT'));
});

it('refuses calls of the client’s tools in the conversation, and an answer to go on with', async () => {
  const chats = chatsOf(openSessions());
  const call = { type: 'tool_use' as const, id: 'a', name: 'look', input: {} };
  const result = { type: 'tool_result' as const, tool_use_id: 'a', content: [] };
  const { messages } = conversation('One', 'Two', 'Three');
  const calls: Conversation = {
    system: [],
    messages: [...messages, { role: 'assistant', content: [call] }, { role: 'user', content: [result] }],
  };
  await expect(chats.begin(asked(calls))).rejects.toMatchObject(failure('UNSUPPORTED_PARAMETER', 'messages'));
  const prefilled = conversation('One', 'Two');
  await expect(chats.begin(asked(prefilled))).rejects.toMatchObject(failure('UNSUPPORTED_PARAMETER', 'messages'));
});
