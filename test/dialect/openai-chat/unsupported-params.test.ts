import { describe, expect, it } from 'vitest';
import { bodyWith, read, refusalOf } from './read-chat.ts';

describe('refuseUnsupported', () => {
  it.each([
    ['modalities', ['text', 'audio']],
    ['modalities', 'audio'],
    ['audio', { voice: 'alloy', format: 'wav' }],
  ])('refuses %s = %j', (name, value) => {
    expect(refusalOf(bodyWith({ [name]: value }))).toEqual({
      code: 'UNSUPPORTED_PARAMETER',
      param: name,
      message: `Not supported by this service: ${name}. Leave it out.`,
    });
  });

  it.each([
    ['modalities', ['text']],
    ['modalities', []],
    ['modalities', null],
    ['audio', null],
    ['web_search_options', null],
  ])('serves %s = %j, which asks for nothing special', (name, value) => {
    expect(read(bodyWith({ [name]: value }), 'reject').ignored).toEqual([]);
  });

  it('names all such fields in one error', () => {
    const refusal = refusalOf(bodyWith({ audio: {}, modalities: ['audio'] }));
    expect(refusal).toMatchObject({ code: 'UNSUPPORTED_PARAMETER', param: 'modalities' });
    expect(refusal.message).toContain('modalities, audio');
  });
});
