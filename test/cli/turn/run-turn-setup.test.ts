import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TurnOptions } from '../../../src/core/turn-options.ts';
import { temporaryDir } from '../../process/fixture.ts';
import { tool, withTools } from '../../turn/scripted.ts';
import { recordedVersions } from './transcript.ts';
import { recording } from '../../support/hello.ts';
import { turnsWith, type TurnsOptions } from '../turns.ts';

interface Line {
  request?: {
    subtype: string;
    systemPrompt?: string[];
    settings?: { effortLevel?: string; env?: Record<string, string> };
    max_thinking_tokens?: number;
  };
}

interface Body {
  tools?: object[];
  tool_choice?: object;
  max_tokens?: number;
  thinking?: { type: string; budget_tokens?: number };
  output_config?: object;
}

const newest = recordedVersions.at(-1) ?? '';
const conversation = { ...withTools(tool('f')), system: ['Be brief.'] };
const required = { toolChoice: { type: 'required' } } as const;
const instruction = 'Answer by calling at least one of your tools. Do not answer in text.';

/** What a turn sets up its process with. */
async function setupOf(turn: Partial<TurnOptions>, changes: TurnsOptions = {}) {
  const copy = join(temporaryDir(), 'stdin');
  const turns = turnsWith('replay.sh', [recording(newest, 'text'), copy], changes);
  await turns.run(conversation, turn);
  const requests = readFileSync(copy, 'utf8')
    .trimEnd()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as Line).request ?? []);
  const settings = requests.find(({ settings }) => settings)?.settings;
  const body = settings?.env?.['CLAUDE_CODE_EXTRA_BODY'];
  return {
    system: requests.find(({ subtype }) => subtype === 'initialize')?.systemPrompt,
    budget: requests.find(({ subtype }) => subtype === 'set_max_thinking_tokens')?.max_thinking_tokens,
    effortLevel: settings?.effortLevel,
    body: body === undefined ? undefined : (JSON.parse(body) as Body),
  };
}

describe('runTurn, what it sets a process up with', () => {
  it('offers the tools under the names that the model knows them by', async () => {
    const { body, system } = await setupOf({});
    expect(body).toMatchObject({ tools: [{ name: 'mcp__client__f' }] });
    expect(body).not.toHaveProperty('tool_choice');
    expect(system).toEqual(['Be brief.']);
  });

  it('lets the API force a call that must come', async () => {
    const { body, system } = await setupOf(required);
    expect(body?.tool_choice).toEqual({ type: 'any' });
    expect(system).toEqual(['Be brief.']);
  });

  it.each<[string, Partial<TurnOptions>, TurnsOptions]>([
    ['the model thinks', { effort: 'low' }, {}],
    ['the model thinks by default', {}, { defaultEffort: 'low' }],
    ['the API has refused to', { enforcement: 'prompt' }, {}],
  ])('asks for it in the system prompt where %s', async (_why, turn, changes) => {
    const { body, system } = await setupOf({ ...required, ...turn }, changes);
    expect(body?.tool_choice).toBeUndefined();
    expect(system).toEqual(['Be brief.', instruction]);
  });

  it('asks for it in the system prompt where the model cannot but think', async () => {
    const copy = join(temporaryDir(), 'stdin');
    const turns = turnsWith('replay.sh', [recording(newest, 'text'), copy]);
    turns.catalog.update([{ value: 'haiku', supportsThinkingOff: false }], 'haiku');
    await turns.run(conversation, required);
    expect(readFileSync(copy, 'utf8')).toContain(instruction);
    expect(readFileSync(copy, 'utf8')).not.toContain('tool_choice');
  });

  it('thinks as much as was asked for, as far as the token limit leaves room', async () => {
    const bodyOf = async (...args: Parameters<typeof setupOf>) => (await setupOf(...args)).body;
    const budget = (tokens: number) => ({ thinking: { type: 'enabled', budget_tokens: tokens } });
    expect(await bodyOf({ effort: 'medium' })).toMatchObject({
      ...budget(10_000),
      output_config: { effort: 'medium' },
    });
    expect(await bodyOf({ effort: 'medium', maxTokens: 5000 })).toMatchObject({ ...budget(4000), max_tokens: 5000 });
    expect(await bodyOf({ effort: 'medium', maxTokens: 500 })).not.toHaveProperty('thinking');
    expect(await bodyOf({ effort: 'none' }, { defaultEffort: 'high' })).not.toHaveProperty('thinking');
  });

  it('sets effort and budget where the conversation is fed', async () => {
    const fed = { prompt: 'fed' } as const;
    expect(await setupOf({ effort: 'medium' }, fed)).toMatchObject({ effortLevel: 'medium', budget: 10_000 });
    expect(await setupOf({ effort: 'medium', maxTokens: 5000 }, fed)).toMatchObject({ budget: 4000 });
    expect(await setupOf({ effort: 'medium', maxTokens: 500 }, fed)).toMatchObject({ budget: undefined });
    expect(await setupOf({ effort: 'none' }, { ...fed, defaultEffort: 'high' })).toMatchObject({ budget: undefined });
  });

  it('forces a call where the token limit leaves no room to think', async () => {
    expect((await setupOf({ ...required, effort: 'high', maxTokens: 500 })).body?.tool_choice).toEqual({ type: 'any' });
  });

  it('repeats the operator’s additions beside its own, which win', async () => {
    const extraBody = { metadata: { user_id: 'a' }, tool_choice: { type: 'none' } };
    const { body } = await setupOf(required, { extraBody });
    expect(body).toMatchObject({ metadata: { user_id: 'a' }, tool_choice: { type: 'any' }, tools: [{}] });
  });

  it('leaves the operator’s additions to the environment where it has none of its own', async () => {
    const copy = join(temporaryDir(), 'stdin');
    const changes = { extraBody: { betas: ['x'] }, prompt: 'fed' } as const;
    const turns = turnsWith('replay.sh', [recording(newest, 'text'), copy], changes);
    await turns.run();
    expect(readFileSync(copy, 'utf8')).not.toContain('CLAUDE_CODE_EXTRA_BODY');
  });
});

describe.each(recordedVersions)('runTurn, calls as CLI %s gives them', (version) => {
  it('names them as the client does, and ends before the CLI answers in its place', async () => {
    const turns = turnsWith('replay.sh', [recording(version, 'tools-held')]);
    const events = await turns.run(withTools(tool('get_weather')));
    const names = events.flatMap((event) =>
      event.type === 'block_start' && event.block.type === 'tool_use' ? [event.block.name] : [],
    );
    expect(names).toEqual(['get_weather', 'get_weather']);
    expect(events.at(-1)).toMatchObject({ type: 'end', stopReason: 'tool_use' });
  });
});
