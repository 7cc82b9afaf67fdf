import { describe, expect, it } from 'vitest';
import { askCli } from '../../src/cli/ask-cli.ts';
import { never } from '../support/hello.ts';
import { turnsWith } from './turns.ts';

describe('askCli', () => {
  it('gives the responses in the order of the requests, nothing for a refused one, and throws the process away', async () => {
    const { pool, launched } = turnsWith('reports-window.sh', ['7']);
    const requests = [{ subtype: 'initialize' as const, systemPrompt: [] }, { subtype: 'get_context_usage' as const }];
    expect(await askCli(pool, 'haiku', requests, never)).toEqual([undefined, { maxTokens: 7 }]);
    await launched[0]?.gone;
    expect(launched.map(({ model, state }) => [model, state])).toEqual([['haiku', 'dead']]);
  });

  it('fails with the reason why the request was aborted, and throws the process away', async () => {
    const { pool, launched } = turnsWith('idle.sh', []);
    const controller = new AbortController();
    const asking = askCli(pool, 'haiku', [{ subtype: 'get_context_usage' }], controller.signal);
    setTimeout(() => {
      controller.abort(new Error('stopping'));
    }, 50);
    await expect(asking).rejects.toThrow('stopping');
    await Promise.all(launched.map(({ gone }) => gone));
  });
});
