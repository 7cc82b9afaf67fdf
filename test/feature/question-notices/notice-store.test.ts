import { describe, expect, it } from 'vitest';
import { createNoticeStore } from '../../../src/feature/question-notices/notice-store.ts';
import { openState } from '../../state/open-state.ts';

describe('the key of links', () => {
  it('is made once for all services of a state file, and for it alone', async () => {
    const { path, file } = openState();
    const store = createNoticeStore(file);
    const key = await store.signingKey();
    expect(key).toHaveLength(32);
    expect(Buffer.from(await store.signingKey())).toEqual(Buffer.from(key));
    expect(Buffer.from(await createNoticeStore(openState({ path }).file).signingKey())).toEqual(Buffer.from(key));
    expect(Buffer.from(await createNoticeStore(openState().file).signingKey())).not.toEqual(Buffer.from(key));
  });
});

it('a question that is not there is nobody’s to tell of', async () => {
  expect(await createNoticeStore(openState().file).claim('sevt_none', 1)).toBe(false);
});
