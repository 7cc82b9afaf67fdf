import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CustomTool } from '../../../src/core/agent.ts';
import { lateDecision } from '../../../src/core/late-decision.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { bash, calls } from '../../support/agents/scripted.ts';
import { startAgents, type Agents } from '../../support/agents/start-agents.ts';
import { processesOf } from '../../support/service/home.ts';

let agents: Agents;

beforeAll(async () => {
  agents = await startAgents();
});
afterAll(() => agents.stop());

const withBash = () => ({
  profile: { ...agents.profile, permissions: { default: 'always_allow' as const, rules: [] } },
});

/** The commands that run in the agents' home, of which `mark` is a part. */
function running(mark: string): number {
  return processesOf(agents.home).filter((pid) => commandOf(pid).includes(mark)).length;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

async function untilRunning(mark: string): Promise<void> {
  await vi.waitFor(() => {
    expect(running(mark)).toBeGreaterThan(0);
  }, 10_000);
}

describe('an interrupt', () => {
  it('ends a command and all that it has started, and the process goes on', async () => {
    const agent = await agents.open(withBash());
    agents.standIn.behave([
      calls(bash('setsid sleep 1111 & setsid -f sleep 1112; sleep 1113', 'toolu_1')),
      { kind: 'answer', text: 'Here.' },
    ]);
    await agent.say('Sleep');
    for (const mark of ['1111', '1112', '1113']) await untilRunning(mark);
    await agent.process.interrupt();
    expect(['1111', '1112', '1113'].map(running)).toEqual([0, 0, 0]);
    expect(await agent.next('tool_ended')).toMatchObject({ callId: 'toolu_1', isError: true });
    expect(await agent.next('turn_ended')).toMatchObject({ ending: { reason: 'interrupted' } });
    expect((await agent.turn('Still there?')).at(-1)).toMatchObject({ ending: { reason: 'end_turn' } });
    await agent.process.stop();
  });

  it('withdraws what is asked and what is awaited', async () => {
    const agent = await agents.open({ customTools: [lookup] });
    agents.standIn.behave(calls(custom('c0', 1), bash('touch never', 'toolu_2')));
    await agent.say('Go');
    await agent.next('tool_called');
    await agent.process.answer('c0', { content: [{ type: 'text', text: 'x' }], isError: false });
    expect(await agent.next('tool_called')).toMatchObject({ callId: 'toolu_2', permission: 'ask' });
    await agent.process.interrupt();
    expect(await agent.next('question_withdrawn')).toEqual({ type: 'question_withdrawn', callId: 'toolu_2' });
    expect(await agent.next('turn_ended')).toMatchObject({ ending: { reason: 'interrupted' } });
    agents.standIn.behave(calls(custom('c1', 1)));
    await agent.say('Look');
    await agent.next('tool_called');
    await agent.process.interrupt();
    expect(await agent.process.answer('c1', { content: [], isError: false })).toBe(false);
    expect(existsSync(join(agents.workspace, 'never'))).toBe(false);
    await agent.process.stop();
  });

  it('keeps what was said of a text', async () => {
    const agent = await agents.open();
    agents.standIn.behave({ kind: 'answer', words: 50, hangAfterDeltas: 3 });
    await agent.say('Tell');
    for (let delta = 0; delta < 3; delta++) await agent.next('text_delta');
    await agent.process.interrupt();
    expect(await agent.next('text_ended')).toMatchObject({ whole: 'word0 word1 word2 ' });
    expect(await agent.next('turn_ended')).toMatchObject({ ending: { reason: 'interrupted' } });
    await agent.process.stop();
  });
});

describe('the end of a process', () => {
  it('is all that it has started, when it is stopped', async () => {
    const agent = await agents.open(withBash());
    agents.standIn.behave(calls(bash('setsid -f sleep 2221; sleep 2222', 'toolu_3')));
    await agent.say('Sleep');
    for (const mark of ['2221', '2222']) await untilRunning(mark);
    await agent.process.stop();
    expect(['2221', '2222'].map(running)).toEqual([0, 0]);
    expect(await agent.ended).toBeUndefined();
    expect(readdirSync(agents.home).filter((name) => name.startsWith('tmp-'))).toEqual([]);
    expect(await agent.process.decide('toolu_3', { allow: true })).toBe(false);
  });

  it('is told as an error when nobody has asked for it, and its commands are ended', async () => {
    const agent = await agents.open(withBash());
    agents.standIn.behave(calls(bash('setsid -f sleep 3331; sleep 3332', 'toolu_4')));
    await agent.say('Sleep');
    for (const mark of ['3331', '3332']) await untilRunning(mark);
    for (const pid of processesOf(agents.home))
      if (commandOf(pid).includes(agent.transcript)) process.kill(pid, 'SIGKILL');
    expect(await agent.ended).toMatchObject({
      code: 'CLI_FAILED',
      message: expect.stringContaining('try again') as string,
    });
    expect(['3331', '3332'].map(running)).toEqual([0, 0]);
  });
});

const lookup: CustomTool = {
  name: 'lookup',
  description: 'Looks up',
  inputSchema: { type: 'object', properties: { n: { type: 'number' } } },
};
const custom = (id: string, n: number) => ({ id, name: 'mcp__client__lookup', input: { n } });
const text = (whole: string) => [{ type: 'text', text: whole }];
/** What the model was sent last: without the notes that the CLI adds. */
const sent = () => JSON.stringify((agents.standIn.requests.at(-1)?.body as { messages: unknown }).messages);

describe('a custom tool', () => {
  it('is told once, and its result goes to the model whenever it comes', async () => {
    const agent = await agents.open({ customTools: [lookup] });
    agents.standIn.behave([calls(custom('toolu_c1', 1), custom('toolu_c2', 2)), { kind: 'answer', text: 'ok' }]);
    await agent.say('Look');
    for (const callId of ['toolu_c1', 'toolu_c2']) {
      expect(await agent.next('tool_called')).toEqual({
        type: 'tool_called',
        callId,
        tool: { kind: 'custom', name: 'lookup' },
        input: { n: Number(callId.at(-1)) },
      });
    }
    // It is offered at once, not only found by a search.
    const { tools } = agents.standIn.requests.at(-1)?.body as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toContain('mcp__client__lookup');
    expect(await agent.process.answer('toolu_c2', { content: text('second'), isError: true })).toBe(true);
    expect(await agent.process.answer('toolu_c1', { content: text('first'), isError: false })).toBe(true);
    expect(await agent.process.answer('toolu_c1', { content: text('again'), isError: false })).toBe(false);
    await agent.next('turn_ended');
    const of = (callId: string) => agent.events.filter((event) => 'callId' in event && event.callId === callId);
    expect(of('toolu_c1')).toMatchObject([
      { type: 'tool_called' },
      { type: 'tool_ended', content: text('first'), isError: false },
    ]);
    expect(of('toolu_c2')).toMatchObject([{ type: 'tool_called' }, { type: 'tool_ended', isError: true }]);
    await agent.process.stop();
  });
});

describe('a session that is resumed', () => {
  it('goes on from its turns, and costs what its own turns cost', async () => {
    const first = await agents.open();
    agents.standIn.behave({ kind: 'answer', text: 'Hello Ada.', usage: { input_tokens: 1000, output_tokens: 10 } });
    await first.turn('I am Ada');
    await expect(agents.open({ transcript: first.transcript, resume: true })).rejects.toMatchObject({
      code: 'SESSION_CONFLICT',
    });
    await first.process.stop();
    const second = await agents.open({ transcript: first.transcript, resume: true });
    const events = await second.turn('Who am I?');
    expect(sent()).toContain('I am Ada');
    expect(events.at(-1)).toMatchObject({ costUsd: expect.closeTo(0.00105, 6) as number });
    await second.process.stop();
  });

  it.each<['killed' | 'stopped']>([['killed'], ['stopped']])(
    'takes results of calls that were open when its process was %s',
    async (how) => {
      const first = await agents.open({ customTools: [lookup] });
      agents.standIn.behave(calls(custom('toolu_o1', 1), custom('toolu_o2', 2)));
      await first.say('Look');
      await first.next('tool_called');
      await first.next('tool_called');
      await untilWritten(first.transcript, 'toolu_o2');
      if (how === 'stopped') await first.process.stop();
      else
        for (const pid of processesOf(agents.home))
          if (commandOf(pid).includes(first.transcript)) process.kill(pid, 'SIGKILL');
      await first.ended;
      const second = await agents.open({ transcript: first.transcript, resume: true, customTools: [lookup] });
      agents.standIn.behave({ kind: 'answer', text: 'I see.' });
      await second.process.send([
        { type: 'tool_result', tool_use_id: 'toolu_unknown', content: 'of a call that was not noted' },
        { type: 'tool_result', tool_use_id: 'toolu_o1', content: text('late one') },
        { type: 'tool_result', tool_use_id: 'toolu_o2', content: 'late two', is_error: true },
      ]);
      expect(await second.next('turn_ended')).toMatchObject({ ending: { reason: 'end_turn' } });
      expect(sent()).toMatch(/"id":"toolu_o1".*"id":"toolu_o2".*toolu_o1.*late one.*toolu_o2.*late two/);
      expect(sent()).toMatch(/a call that is lost.*of a call that was not noted/);
      await second.process.stop();
    },
  );

  it.each<['before' | 'after']>([['before'], ['after']])(
    'has a message once whose process was killed %s it had noted it',
    async (when) => {
      const first = await agents.open();
      agents.standIn.behave({ kind: 'answer', text: 'Hello Ada.' });
      await first.turn('I am Ada');
      await untilWritten(first.transcript, 'Hello Ada.');
      agents.standIn.behave({ kind: 'answer', words: 50, hangAfterDeltas: 0 });
      if (when === 'after') {
        await first.say('A lost message');
        await untilWritten(first.transcript, 'A lost message');
      }
      for (const pid of processesOf(agents.home))
        if (commandOf(pid).includes(first.transcript)) process.kill(pid, 'SIGKILL');
      await first.ended;
      const past = [{ role: 'user' as const, content: text('A lost message') }];
      const second = await agents.open({ transcript: first.transcript, resume: true, past });
      agents.standIn.behave({ kind: 'answer', text: 'Both.' });
      await second.turn('And now?');
      expect(sent()).toMatch(/I am Ada.*Hello Ada\..*A lost message.*And now\?/);
      expect(sent().split('A lost message')).toHaveLength(2);
      await second.process.stop();
    },
  );

  it('tells the model of a command whose end nobody knows', async () => {
    const first = await agents.open();
    agents.standIn.behave(calls(bash('touch asked', 'toolu_a1')));
    await first.say('Touch');
    await first.next('tool_called');
    await untilWritten(first.transcript, 'toolu_a1');
    await first.process.stop();
    const second = await agents.open({ transcript: first.transcript, resume: true });
    agents.standIn.behave({ kind: 'answer', text: 'I see.' });
    await second.turn('And now?');
    expect(sent()).toMatch(/toolu_a1.*Whether it took effect is not known.*And now\?/);
    await second.process.stop();
  });

  it('has a call repeated that was allowed after its process had ended', async () => {
    const first = await agents.open();
    agents.standIn.behave(calls(bash('touch late', 'toolu_l1')));
    await first.say('Touch');
    await first.next('tool_called');
    await untilWritten(first.transcript, 'toolu_l1');
    await first.process.stop();
    const second = await agents.open({ transcript: first.transcript, resume: true });
    agents.standIn.behave([calls(bash('touch late', 'toolu_l2')), { kind: 'answer' }]);
    await second.process.send([lateDecision('toolu_l1', { allow: true })]);
    expect(await second.next('tool_called')).toMatchObject({ callId: 'toolu_l2', permission: 'ask' });
    expect(sent()).toMatch(/toolu_l1.*It is allowed now/);
    await second.process.decide('toolu_l2', { allow: true });
    await second.next('turn_ended');
    expect(existsSync(join(agents.workspace, 'late'))).toBe(true);
    await second.process.stop();
  });

  it('tolerates half a line at the end of its transcript', async () => {
    const first = await agents.open();
    agents.standIn.behave({ kind: 'answer', text: 'Hello Ada.' });
    await first.turn('I am Ada');
    await first.process.stop();
    const [folder = ''] = readdirSync(join(agents.home, '.claude/projects'));
    appendFileSync(join(agents.home, '.claude/projects', folder, `${first.transcript}.jsonl`), '{"type":"user","mess');
    const second = await agents.open({ transcript: first.transcript, resume: true });
    await second.turn('Who am I?');
    expect(sent()).toMatch(/I am Ada.*Hello Ada\..*Who am I/);
    await second.process.stop();
  });

  it('is a conflict when nothing of its transcript can be read', async () => {
    const first = await agents.open();
    agents.standIn.behave({ kind: 'answer' });
    await first.turn('Hello');
    await first.process.stop();
    const [folder = ''] = readdirSync(join(agents.home, '.claude/projects'));
    writeFileSync(join(agents.home, '.claude/projects', folder, `${first.transcript}.jsonl`), 'garbage\n');
    await expect(agents.open({ transcript: first.transcript, resume: true })).rejects.toMatchObject({
      code: 'SESSION_CONFLICT',
      message: expect.stringContaining('fork_from') as string,
    });
  });

  it('is a conflict when its transcript is gone', async () => {
    const first = await agents.open();
    agents.standIn.behave({ kind: 'answer' });
    await first.turn('Hello');
    await expect(agents.engine.forget(first.transcript)).rejects.toBeInstanceOf(HarnessError);
    await first.process.stop();
    await agents.engine.forget(first.transcript);
    await expect(agents.open({ transcript: first.transcript, resume: true })).rejects.toMatchObject({
      code: 'SESSION_CONFLICT',
    });
  });
});

async function untilWritten(transcript: string, mark: string): Promise<void> {
  const projects = join(agents.home, '.claude/projects');
  await vi.waitFor(() => {
    const [folder = ''] = readdirSync(projects);
    expect(readFileSync(join(projects, folder, `${transcript}.jsonl`), 'utf8')).toContain(mark);
  }, 10_000);
}
