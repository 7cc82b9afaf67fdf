import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkCli, type CheckCliOptions, type CheckResult } from '../../src/cli/contract/check-cli.ts';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { fixtureCli } from '../process/fixture.ts';
import { cliUnderTest, isOtherCli } from '../support/cli-under-test.ts';

/** The fixtures find the real CLI here. */
const searchPath = [dirname(cliUnderTest), process.env['PATH']].join(delimiter);

async function check(path: string, options: Partial<CheckCliOptions> = {}): Promise<CheckResult> {
  const { signal } = new AbortController();
  return checkCli({ path, searchPath, startApi: () => startStandIn(), signal, ...options });
}

/** The oldest one can't be emptied. */
const reuse = !isOtherCli;

describe('a CLI is checked before it serves', () => {
  it('finds what the real one can do', async () => {
    const result = await check(cliUnderTest);
    expect(result).toMatchObject({ isDecided: true, verdict: { served: true, reuse, prompt: 'exact' } });
    expect(result).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string });
  });

  it('feeds one that ignores the body', async () => {
    const result = await check(fixtureCli('ignores-body.sh'));
    expect(result).toMatchObject({ isDecided: true, verdict: { served: true, reuse: false, prompt: 'fed' } });
  });

  it('gives one turn to each process of one that does not rewind', async () => {
    const result = await check(fixtureCli('does-not-rewind.sh'));
    expect(result).toMatchObject({ isDecided: true, verdict: { served: true, reuse: false, prompt: 'exact' } });
  });

  it.each([
    ['reads-files.sh', ['a file that a prompt names with @ was read']],
    [
      'follows-settings.sh',
      [
        'CLAUDE.md was read',
        'settings files were followed',
        'a hook of a settings file was run',
        'an MCP server of the folder was started',
      ],
    ],
    ['runs-commands.sh', ['a prompt that begins with /context was taken for a command']],
    ['hides-errors.sh', ["the API's error 400 was read as UPSTREAM_ERROR"]],
    ['renames-stop-reasons.sh', ['the stop reason max_tokens was read as end_turn']],
    ['fails.sh', ['it ended with 3: no such model']],
    ['garbage.sh', ['The claude CLI printed a line that is not JSON.']],
  ])('does not serve %s, and says why', async (fixture, problems) => {
    const result = await check(fixtureCli(fixture));
    expect(result).toMatchObject({ isDecided: true, verdict: { served: false } });
    for (const problem of problems) expect(JSON.stringify(result)).toContain(problem);
  });

  it('says nothing about one that was too slow, was killed or could not be started', async () => {
    expect(await check(fixtureCli('mute.sh'), { timeoutMs: 300 })).toMatchObject({ isDecided: false });
    expect(await check(fixtureCli('killed.sh'))).toMatchObject({ isDecided: false });
    expect(await check('/nowhere/claude')).toMatchObject({ isDecided: false });
    const signal = AbortSignal.abort(new Error('the harness stops'));
    expect(await check(cliUnderTest, { signal })).toMatchObject({ isDecided: false, reason: 'the harness stops' });
  });

  it('leaves no file behind', async () => {
    const before = leftovers();
    await check(fixtureCli('fails.sh'));
    expect(leftovers()).toEqual(before);
  });
});

function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('claude-check-'));
}
