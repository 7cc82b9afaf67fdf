import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  besides,
  entryText,
  read,
  register,
  routerText,
  startAnswering,
  unregister,
  writeRouterFile,
} from './register-folder.ts';

describe('register and unregister', () => {
  it('change the file and change it back, each with a backup of the old one', async () => {
    const file = writeRouterFile();
    const done = await register(file);
    expect(done).toMatchObject({ exitCode: 0, err: '' });
    expect(read(file)).toBe(routerText + entryText);
    const [backup = ''] = besides(file);
    expect(backup).toMatch(/^providers\.yaml\.bak-\d{8}T\d{6}Z$/);
    expect(read(join(dirname(file), backup))).toBe(routerText);
    expect(done.out.split('\n')).toEqual([
      `${file}: added claude-harness (models sonnet, opus) to providers`,
      expect.stringMatching(`^backup: .*/${backup}$`),
      'Restart the router, unless it reloads its file by itself.',
      '',
    ]);

    expect(await unregister(file)).toMatchObject({ exitCode: 0, err: '' });
    expect(read(file)).toBe(routerText);
    expect(besides(file)).toHaveLength(2);
  });

  it('do nothing the second time, and make no backup then', async () => {
    const file = writeRouterFile();
    await register(file);
    expect(await register(file)).toEqual({
      exitCode: 0,
      out: `${file}: unchanged, claude-harness is registered in providers already\n`,
      err: '',
    });
    await unregister(file);
    expect(await unregister(file)).toMatchObject({
      exitCode: 0,
      out: `${file}: unchanged, claude-harness is not registered\n`,
    });
    expect(besides(file)).toHaveLength(2);
  });

  it('only show what they would do, with --dry-run, and hide keys', async () => {
    const file = writeRouterFile();
    const { exitCode, out } = await register(file, { dryRun: true, disable: 'openai' });
    expect(exitCode).toBe(0);
    expect(out).toContain('nothing is written');
    expect(out).toContain('line 6:\n+   claude-harness:\n');
    expect(out).toContain('-     api_key: (hidden)\n');
    expect(out).not.toMatch(/sk-secret|backup|Restart/);
    await register(file);
    const before = read(file);
    expect((await unregister(file, { dryRun: true })).out).toContain('-   claude-harness:\n');
    expect(read(file)).toBe(before);
    expect(besides(file)).toHaveLength(1);
  });

  it('keep a byte order mark, which is no part of the first key', async () => {
    const file = writeRouterFile(`\uFEFFproviders:\r\n- name: a\r\n  url: http://a`);
    expect((await register(file)).exitCode).toBe(0);
    expect(read(file)).toBe(
      '\uFEFFproviders:\r\n- name: a\r\n  url: http://a\r\n- name: claude-harness\r\n  url: http://127.0.0.1:8013',
    );
    await unregister(file);
    expect(read(file)).toBe('\uFEFFproviders:\r\n- name: a\r\n  url: http://a');
  });

  it('leave files of no known format alone, with exit code 2 and only the entry on standard output', async () => {
    const text = '{"backends": {"a": {"url": "http://a"}}}\n';
    const file = writeRouterFile(text);
    const { exitCode, out, err } = await register(file);
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      providers: { 'claude-harness': { base_url: 'http://127.0.0.1:8013/v1' } },
    });
    expect(err).toContain(`${file}: not changed, since no known format recognises it: look up how the router`);
    expect(await unregister(file)).toMatchObject({
      exitCode: 2,
      out: '',
      err: expect.stringContaining('by hand') as string,
    });
    expect([read(file), besides(file)]).toEqual([text, []]);
  });

  it('take a format by its name', async () => {
    const file = writeRouterFile('{\n  "model": "a/b"\n}\n');
    expect((await register(file, { format: 'opencode' })).exitCode).toBe(0);
    expect(read(file)).toContain('"baseURL": "http://127.0.0.1:8013/v1"');
    expect((await unregister(file, { format: 'opencode' })).exitCode).toBe(0);
    expect(read(file)).toBe('{\n  "model": "a/b"\n}\n');
  });

  it('say in which line a file is wrong, and what else is wrong, with exit code 1', async () => {
    const file = writeRouterFile('a: 1\nb: [\n');
    expect(await register(file)).toMatchObject({
      exitCode: 1,
      out: '',
      err: expect.stringMatching(`^${file}:3:1: this is not valid YAML`) as string,
    });
    expect((await unregister(file)).exitCode).toBe(1);
    const good = writeRouterFile();
    expect(await register(good, { disable: 'mistral' })).toMatchObject({
      exitCode: 1,
      err: `${good}: providers has no provider mistral to switch off, only openai\n`,
    });
    expect([read(good), besides(good)]).toEqual([routerText, []]);
  });

  it('print nothing that moves a terminal’s cursor', async () => {
    const file = writeRouterFile('"x\\e[2J":\n  providers:\n    a:\n      url: http://a/v1\n');
    expect((await register(file)).out).toContain('added claude-harness to x?[2J.providers');
  });
});

describe('the models', () => {
  const models = (...ids: string[]) => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });

  it('are those of the running harness, each once and in its order', async () => {
    const { url, asked } = await startAnswering(models('sonnet', 'opus[1m]', 'sonnet'));
    const file = writeRouterFile();
    expect(await register(file, { models: 'ask', url })).toMatchObject({ exitCode: 0 });
    expect(read(file)).toContain(`    url: ${url}/v1\n    api_key: unused\n    models: [sonnet, 'opus[1m]']\n`);
    expect(asked).toEqual(['/v1/models']);
  });

  it('are asked for where the configuration has the harness listen, with the token of the environment', async () => {
    const { url, asked } = await startAnswering(models('sonnet'));
    const server = { host: '0.0.0.0', port: Number(new URL(url).port) };
    const file = writeRouterFile();
    const done = await register(file, { models: 'ask', server, env: { HARNESS_TOKEN: 'ch_1' } });
    expect(done.out).toContain("note: set HARNESS_API_KEY in the router's environment to a token of the harness\n");
    expect(read(file)).toContain(`url: ${url}/v1`);
    expect(asked).toEqual(['/v1/models Bearer ch_1']);
  });

  it('are not asked for where no entry of the router says which there are', async () => {
    const file = writeRouterFile('providers:\n  a:\n    url: http://a/v1\n');
    expect((await register(file, { models: 'ask', url: 'http://127.0.0.1:9' })).exitCode).toBe(0);
  });

  it('are in the entry to paste if the harness runs, which it need not', async () => {
    const { url } = await startAnswering(models('haiku'));
    const file = writeRouterFile('x: 1\n');
    expect((await register(file, { models: 'ask', url })).out).toContain('    models: [haiku]\n');
    expect(await register(file, { models: 'ask', url: 'http://127.0.0.1:9' })).toMatchObject({
      exitCode: 2,
      out: expect.stringContaining('    base_url: http://127.0.0.1:9/v1\n    api_key: unused\n') as string,
    });
  });

  it.each([
    ['asks for a token', {}, 401, 'requires a token: set HARNESS_TOKEN, or name the models with --models a,b.'],
    ['is something else', { data: 'x' }, 200, 'is not a harness: check --url, or name the models with --models a,b.'],
    ['fails', models('a'), 500, '(status 500) is not a harness'],
    ['has none', models(), 200, 'has no models: log the CLI in, or name the models'],
    ['has one with a strange name', models('a\n'), 200, 'is not a harness'],
  ])('cannot be had when what answers %s', async (_, body, status, message) => {
    const { url } = await startAnswering(body, status);
    const file = writeRouterFile();
    expect(await register(file, { models: 'ask', url })).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining(message) as string,
    });
    expect(besides(file)).toEqual([]);
  });

  it('cannot be had when nothing answers', async () => {
    const { exitCode, err } = await register(writeRouterFile(), { models: 'ask', url: 'http://127.0.0.1:9' });
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: 'No harness answers at http://127.0.0.1:9: start it, pass its address with --url, or name the models with --models a,b.\n',
    });
  });
});

describe('the address', () => {
  it.each([
    ['http://box:9', 'http://box:9/v1'],
    ['http://box:9/v1/', 'http://box:9/v1'],
    ['https://box', 'https://box/v1'],
  ])('%s is written as %s', async (url, written) => {
    const file = writeRouterFile();
    await register(file, { url });
    expect(read(file)).toContain(`    url: ${written}\n`);
  });

  it.each([
    [{ host: '::', port: 9 }, 'http://[::1]:9/v1'],
    [{ host: '192.168.1.2', port: 8013 }, 'http://192.168.1.2:8013/v1'],
  ])('of %j is written as %s', async (server, written) => {
    const file = writeRouterFile();
    await register(file, { server });
    expect(read(file)).toContain(`    url: ${written}\n`);
  });

  it.each(['box', 'ftp://box', 'http://user@box', 'http://box/api', 'http://box?a=1', 'http://box/#a'])(
    '%s is refused',
    async (url) => {
      expect(await register(writeRouterFile(), { url })).toMatchObject({
        exitCode: 1,
        err: expect.stringMatching(/^--url: /) as string,
      });
    },
  );

  it('must be given when the harness listens on any port', async () => {
    const { exitCode, err } = await register(writeRouterFile(), { server: { port: 0 } });
    expect([exitCode, err]).toEqual([1, expect.stringContaining('--url http://127.0.0.1:PORT')]);
  });

  it('must be given when the harness listens on Unix sockets alone', async () => {
    const { exitCode, err } = await register(writeRouterFile(), { server: { listen: ['unix:/a'] } });
    expect([exitCode, err]).toEqual([1, expect.stringContaining('pass with --url')]);
  });
});
