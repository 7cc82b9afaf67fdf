import { describe, expect, it } from 'vitest';
import { parseInitializeResponse } from '../../src/process/initialize-response.ts';
import { recordedVersions, transcript } from '../cli/turn/transcript.ts';

describe('parseInitializeResponse', () => {
  it.each(recordedVersions)('reads the models that CLI %s names', (version) => {
    const [line] = transcript(version, 'text') as { response: { response: unknown } }[];
    const models = parseInitializeResponse(line?.response.response);
    expect(models?.[0]).toMatchObject({ value: 'default', displayName: 'Default (recommended)' });
    expect(models?.[0]?.resolvedModel).toMatch(/^claude-/);
  });

  it('reads which models cannot but think, where the CLI says so', () => {
    const models = [{ value: 'opus', supportsThinkingOff: false }, { value: 'haiku' }];
    expect(parseInitializeResponse({ models })).toEqual(models);
  });

  it.each([
    undefined,
    null,
    {},
    { models: 'none' },
    { models: [{}] },
    { models: [{ value: 'a', supportsThinkingOff: 'no' }] },
  ])('gives nothing for %j', (response) => {
    expect(parseInitializeResponse(response)).toBeUndefined();
  });
});
