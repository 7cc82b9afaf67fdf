import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../deploy/manage/failure.js';
import { Steps } from '../../deploy/manage/steps.js';
import { root } from '../support/root.ts';

let shown = '';
let warned = '';

beforeEach(() => {
  shown = '';
  warned = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    warned += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Steps with a clock that stands still, and an action that lets so many seconds pass. */
function timedSteps(isDryRun = false): { steps: Steps; pass: (seconds: number) => () => void } {
  let now = 0;
  const steps = new Steps({ isDryRun, seconds: () => now });
  const pass = (seconds: number) => (): void => {
    now += seconds;
    process.stdout.write('made\n');
  };
  return { steps, pass };
}

describe('a step', () => {
  test('that takes two seconds or more says how long it took, in lines of its own', async () => {
    const { steps, pass } = timedSteps();
    await steps.step('build it', pass(12.4));
    expect(shown).toBe('- build it\nmade\n  took 12 s\n');
  });

  test('that takes less says nothing more', async () => {
    const { steps, pass } = timedSteps();
    await steps.step('copy it', pass(1.9));
    expect(shown).toBe('- copy it\nmade\n');
  });

  test('is only shown in a dry run, unless what it finds is needed', async () => {
    const { steps, pass } = timedSteps(true);
    await steps.step('build it', pass(12));
    expect(shown).toBe('- build it\n');
    expect(await steps.timed('look for it', () => 'found')).toBe('found');
  });

  test('that fails ends the run', async () => {
    const { steps } = timedSteps();
    const failing = steps.step('build it', () => Promise.reject(new Failure('no room')));
    await expect(failing).rejects.toThrow('no room');
  });
});

test('on a terminal a step counts the seconds, and clears that line in the end', () => {
  const module = join(root, 'deploy/manage/steps.js');
  const script = `import { Steps } from "${module}"; await new Steps().step("build it", () => new Promise((done) => setTimeout(done, 3500)));`;
  const command = `${process.execPath} --input-type=module -e '${script}'`;
  const text = execFileSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], { encoding: 'utf8' });
  expect(text).toContain('\r  2 s\r');
  expect(text).toContain('\r\u001B[K  took 3 s');
});

describe('all or none', () => {
  test('what was done is undone, the last first, and the status of the failure is kept', async () => {
    const steps = new Steps();
    const undone: number[] = [];
    const failing = steps.allOrNone(async () => {
      steps.onFailure(() => undone.push(1));
      steps.onFailure(async () => {
        await Promise.resolve();
        undone.push(2);
      });
      await steps.step('check it', () => {
        throw new Failure('a mistake', 78);
      });
      steps.onFailure(() => undone.push(3));
    });
    await expect(failing).rejects.toMatchObject({ message: '', status: 78 });
    expect(undone).toEqual([2, 1]);
    expect(warned).toBe(
      [
        'manage.sh: a mistake',
        'That failed. Undoing the steps of this run …',
        'Everything is as it was before. Fix the problem above, and run the same command again.',
        '',
      ].join('\n'),
    );
  });

  test('what cannot be undone is said, and the rest is undone', async () => {
    const steps = new Steps();
    const undone: number[] = [];
    const failing = steps.allOrNone(async () => {
      steps.onFailure(() => undone.push(1));
      steps.onFailure(() => {
        throw new Failure('the disk is full');
      });
      return Promise.reject(new Error('no room'));
    });
    await expect(failing).rejects.toBeInstanceOf(Failure);
    expect(undone).toEqual([1]);
    expect(warned).toContain('manage.sh: the disk is full\n');
    expect(warned).toContain('Not everything could be undone');
    expect(warned).not.toContain('Everything is as it was');
  });

  test('nothing is undone of what went well', async () => {
    const steps = new Steps();
    const undo = vi.fn();
    const result = await steps.allOrNone(async () => {
      steps.onFailure(undo);
      return Promise.resolve('done');
    });
    expect(result).toBe('done');
    expect(undo).not.toHaveBeenCalled();
    expect(warned).toBe('');
  });
});
