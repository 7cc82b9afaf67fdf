import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../src/core/session-event.ts';
import { StoredFileContents } from '../../../src/feature/file-contents/file-contents.ts';
import { fakeFiles } from '../../support/fake-files.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { draft, eventsOf, openSessions, untilLast, user, type OpenSessions } from './open-sessions.ts';

const naming = (id: string): ClientEvent => ({
  type: 'user.message',
  content: [{ type: 'document', source: { type: 'file', file_id: id } }],
});
const asText = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Ten' }, title: 'a.txt' };

function setup() {
  const files = fakeFiles();
  const service = openSessions({ fileContents: new StoredFileContents(files) });
  return { files, service, ...service };
}

/** The contents that the agent is sent, turn by turn. */
function sentTo({ engine }: OpenSessions): unknown[] {
  const sent: unknown[] = [];
  engine.script = (turn) => {
    sent.push(turn.content);
    turn.say('ok');
    turn.end();
  };
  return sent;
}

describe('files that clients name to an agent', () => {
  it('are sent with their contents, and kept by their names', async () => {
    const { files, service, sessions } = setup();
    const { id: file } = files.put({ bytes: 'Ten' });
    const sent = sentTo(service);
    const { id } = await sessions.create(undefined, draft({ events: [naming(file)] }));
    await untilLast(service, id, 'idle: end_turn');
    expect(sent).toEqual([[asText]]);
    expect((await eventsOf(service, id)).find(({ type }) => type === 'user.message')).toMatchObject(naming(file));
  });

  it('must be there, and of a kind that the model takes, when they are sent', async () => {
    const { files, sessions } = setup();
    const { id: office } = files.put({ bytes: 'PK', mimeType: 'application/msword' });
    const { id: others } = files.put({ bytes: 'Mine', owner: 'sha256:a' });
    const { id } = await sessions.create(undefined, draft());
    const failureOf = (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: unknown) => error,
      );
    const failure = (code: string, param: string) => expect.objectContaining({ code, facts: { param } }) as unknown;
    const field = 'events.1.content.0.source.file_id';
    expect(await failureOf(sessions.send(undefined, id, [user('a'), naming('file_none')]))).toEqual(
      failure('FILE_NOT_FOUND', field),
    );
    expect(await failureOf(sessions.send(undefined, id, [user('a'), naming(others)]))).toEqual(
      failure('FILE_NOT_FOUND', field),
    );
    expect(await failureOf(sessions.send(undefined, id, [user('a'), naming(office)]))).toEqual(
      failure('INVALID_REQUEST', field),
    );
    expect(await failureOf(sessions.create(undefined, draft({ events: [naming('file_none')] })))).toEqual(
      failure('FILE_NOT_FOUND', 'initial_events.0.content.0.source.file_id'),
    );
  });

  it('that are gone when their turn comes fail it, and the session goes on', async () => {
    const { files, service, sessions, engine } = setup();
    const { id: file } = files.put({ bytes: 'Ten' });
    const first = createDeferred<undefined>();
    engine.script = (turn) => {
      void first.promise.then(() => {
        turn.end();
      });
    };
    const { id } = await sessions.create(undefined, draft({ events: [user('one')] }));
    await untilLast(service, id, 'user.message: one');
    await sessions.send(undefined, id, [naming(file)]);
    await files.delete(undefined, file);
    first.resolve(undefined);
    await untilLast(service, id, 'idle: retries_exhausted');
    expect((await eventsOf(service, id)).find(({ type }) => type === 'session.error')).toMatchObject({
      error: { code: 'FILE_NOT_FOUND' },
    });
    const sent = sentTo(service);
    await sessions.send(undefined, id, [user('three')]);
    await untilLast(service, id, 'idle: end_turn');
    expect(sent).toEqual([[{ type: 'text', text: 'three' }]]);
  });

  it('are in what a fork is told of the past; one that is gone is named there', async () => {
    const { files, service, sessions, engine } = setup();
    const { id: kept } = files.put({ bytes: 'Ten' });
    const { id: gone } = files.put({ bytes: 'Nine' });
    sentTo(service);
    const { id } = await sessions.create(undefined, draft({ events: [naming(kept), naming(gone)] }));
    await untilLast(service, id, 'idle: end_turn');
    await expect
      .poll(async () => (await eventsOf(service, id)).filter(({ type }) => type === 'session.status_idle'))
      .toHaveLength(2);
    await files.delete(undefined, gone);
    const fork = await sessions.create(undefined, { ...draft({ events: [user('And?')] }), forkOf: id });
    await untilLast(service, fork.id, 'idle: end_turn');
    const past = engine.processes.at(-1)?.options.past ?? [];
    expect(past.filter(({ role }) => role === 'user').map(({ content }) => content)).toEqual([
      [asText],
      [{ type: 'text', text: 'A file that was here cannot be read any more.' }],
    ]);
  });

  it('may be what a client’s tool gives', async () => {
    const { files, service, sessions, engine } = setup();
    const { id: file } = files.put({ bytes: 'Ten' });
    const results: unknown[] = [];
    engine.script = async (turn) => {
      results.push(await turn.callCustom('a'));
      turn.end();
    };
    const { id } = await sessions.create(
      undefined,
      draft({
        events: [user('look')],
        overrides: { customTools: [{ name: 'lookup', description: '', inputSchema: { type: 'object' } }] },
      }),
    );
    await untilLast(service, id, 'idle: requires_action');
    const call = (await eventsOf(service, id)).find(({ type }) => type === 'agent.custom_tool_use');
    const content = [{ type: 'document', source: { type: 'file', file_id: file } }];
    await sessions.send(undefined, id, [
      { type: 'user.custom_tool_result', custom_tool_use_id: call?.id ?? '', content },
    ]);
    await untilLast(service, id, 'idle: end_turn');
    expect(results).toEqual([{ content: [asText], isError: false }]);
  });
});
