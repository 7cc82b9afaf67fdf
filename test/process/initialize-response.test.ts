import { describe, expect, it } from 'vitest';
import { parseInitializeResponse } from '../../src/process/initialize-response.ts';
import { recordedVersions, transcript } from '../turn/transcript.ts';

describe('parseInitializeResponse', () => {
  it.each(recordedVersions)('reads the models that CLI %s names', (version) => {
    const [line] = transcript(version, 'text') as { response: { response: unknown } }[];
    const models = parseInitializeResponse(line?.response.response);
    expect(models?.[0]).toMatchObject({ value: 'default', displayName: 'Default (recommended)' });
    expect(models?.[0]?.resolvedModel).toMatch(/^claude-/);
  });

  it.each([undefined, null, {}, { models: 'none' }, { models: [{}] }])('gives nothing for %j', (response) => {
    expect(parseInitializeResponse(response)).toBeUndefined();
  });
});
