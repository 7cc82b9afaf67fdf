import { describe, expect, it, vi } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import type { Backend, Readiness } from '../../src/core/backend.ts';
import { selectBackend, type SelectOptions } from '../../src/backend/select.ts';
import { memoryLog } from '../support/memory-log.ts';
import { end, run, scripted, start, textBlock } from '../turn/scripted.ts';
import { hello, never } from '../support/hello.ts';

const backendOf = (name: string, changes: Partial<Backend> = {}): Backend => ({
  run: scripted([start(), ...textBlock(name), end('end_turn')]).runTurn,
  readiness: () => ({ ready: true }),
  models: () =>
    Promise.resolve([
      { id: `${name}-model`, efforts: [] },
      { id: 'opus', efforts: [], contextWindow: name.length },
    ]),
  countTokens: () => Promise.resolve({ inputTokens: name.length }),
  servedBy: (model) => ({ backend: name === 'cli' ? 'cli' : 'direct', model }),
  ...changes,
});

const join = (
  { cli = {}, direct = {} }: { cli?: Partial<Backend>; direct?: Partial<Backend> } = {},
  options: Partial<SelectOptions> = {},
) =>
  selectBackend(backendOf('cli', cli), backendOf('direct', direct), {
    isServedDirectly: (model) => model === 'opus' || model === 'direct-model',
    fallsBack: true,
    log: memoryLog(),
    onFallback: vi.fn(),
    ...options,
  });

const failing = (code: 'NOT_LOGGED_IN' | 'OVERLOADED') => () => Promise.reject(new HarnessError(code, 'why'));
const count = (backend: Backend, model = 'haiku') => backend.countTokens(hello, { model }, never);
const not = (reason: 'not_logged_in' | 'cli_missing' | 'cli_failing' | 'starting' | 'draining') => (): Readiness => ({
  ready: false,
  reason,
  message: 'Why.',
});

describe('selectBackend', () => {
  it('asks the backend that serves a model', async () => {
    expect(await run(join().run, { model: 'haiku' })).toContainEqual({ type: 'text', id: 0, text: 'cli' });
    expect(await run(join().run, { model: 'opus' })).toContainEqual({ type: 'text', id: 0, text: 'direct' });
    expect([await count(join()), await count(join(), 'opus')]).toEqual([{ inputTokens: 3 }, { inputTokens: 6 }]);
  });

  it('counts directly where the CLI cannot, and only then', async () => {
    expect(await count(join({ cli: { countTokens: failing('NOT_LOGGED_IN') } }))).toEqual({ inputTokens: 6 });
    const loud = join({ cli: { countTokens: failing('OVERLOADED') } });
    await expect(count(loud)).rejects.toMatchObject({ code: 'OVERLOADED' });
    const alone = join({ cli: { countTokens: failing('NOT_LOGGED_IN') } }, { fallsBack: false });
    await expect(count(alone)).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
  });

  it('lists the models of the CLI, and those that are served directly', async () => {
    expect((await join().models()).map(({ id }) => id)).toEqual(['cli-model', 'opus', 'direct-model']);
    // Described by the one that serves it.
    expect((await join().models())[1]).toMatchObject({ contextWindow: 6 });
    const broken = join({ direct: { models: failing('OVERLOADED') } });
    expect((await broken.models()).map(({ id }) => id)).toEqual(['cli-model', 'opus']);
  });

  it.each(['not_logged_in', 'cli_missing'] as const)('is ready, with a notice, where the CLI is not: %s', (reason) => {
    expect(join({ cli: { readiness: not(reason) } }).readiness()).toEqual({
      ready: true,
      notice: expect.stringMatching(/^Why\. Requests go to the API directly/) as string,
    });
  });

  it.each(['cli_failing', 'starting', 'draining'] as const)('is not ready where that helps nobody: %s', (reason) => {
    expect(join({ cli: { readiness: not(reason) } }).readiness()).toEqual(not(reason)());
  });

  it('is not ready where the other backend is not either, or may not step in', () => {
    const refused = (): Readiness => ({ ready: false, reason: 'api_key_refused', message: 'No.' });
    const cli = { readiness: not('not_logged_in') };
    expect(join({ cli, direct: { readiness: refused } }).readiness()).toMatchObject({ reason: 'not_logged_in' });
    expect(join({ cli }, { fallsBack: false }).readiness()).toMatchObject({ reason: 'not_logged_in' });
    expect(join({ direct: { readiness: refused } }).readiness()).toEqual({ ready: true });
  });
});

it('tells which of the two a model is served by', () => {
  const backend = join();
  expect([backend.servedBy('haiku').backend, backend.servedBy('opus').backend]).toEqual(['cli', 'direct']);
});
