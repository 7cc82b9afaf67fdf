import { describe, expect, it } from 'vitest';
import { discoverModels } from '../../src/cli/discover-models.ts';
import { never } from '../support/hello.ts';
import { turnsWith } from './turns.ts';
import { eventually } from '../util/eventually.ts';

describe('discoverModels', () => {
  it('brings the list up to date and throws the process away', async () => {
    const { pool, catalog, launched } = turnsWith('replay.sh', ['/dev/null']);
    await discoverModels(pool, 'haiku', catalog, never);
    expect(catalog.list()).toContainEqual(expect.objectContaining({ id: 'replayed' }));
    await launched[0]?.gone;
    expect(launched[0]?.state).toBe('dead');
  });

  it('keeps the list when the CLI refuses to answer', async () => {
    const { pool, catalog, launched } = turnsWith('refuses-setup.sh', []);
    await discoverModels(pool, 'haiku', catalog, never);
    expect(catalog.resolve('sonnet')).toBe('sonnet');
    await launched[0]?.gone;
  });

  it.each(['fails.sh', 'quits-when-idle.sh'])(
    'fails when the process ends before it has answered (%s)',
    async (fixture) => {
      const { pool, catalog, launched } = turnsWith(fixture, []);
      await expect(discoverModels(pool, 'haiku', catalog, never)).rejects.toMatchObject({ code: 'CLI_FAILED' });
      expect(catalog.resolve('sonnet')).toBe('sonnet');
      await launched[0]?.gone;
    },
  );

  it('asks no longer when the service stops', async () => {
    const { pool, catalog, launched } = turnsWith('idle.sh', []);
    const controller = new AbortController();
    const asking = discoverModels(pool, 'haiku', catalog, controller.signal);
    await eventually(() => {
      expect(launched[0]?.state).toBe('busy');
    });
    controller.abort(new Error('stopping'));
    await expect(asking).rejects.toThrow('stopping');
    await launched[0]?.gone;
  });
});
