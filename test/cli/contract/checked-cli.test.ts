import { copyFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkRevision, type CheckResult } from '../../../src/cli/contract/check-cli.ts';
import { CheckedCli } from '../../../src/cli/contract/checked-cli.ts';
import type { KeptVerdict, VerdictStore } from '../../../src/core/verdict-store.ts';
import { createDeferred, type Deferred } from '../../../src/util/deferred.ts';
import { onAbort } from '../../../src/util/on-abort.ts';
import { temporaryDir } from '../../process/fixture.ts';
import { memoryLog } from '../../support/memory-log.ts';

const exact = { served: true, reuse: true, prompt: 'exact' } as const;
const fed = { served: true, reuse: false, prompt: 'fed' } as const;
const refusal = { served: false, reason: 'it reads files' } as const;
const least = { reuse: false, prompt: 'fed' };

function decided(verdict: typeof exact | typeof fed | typeof refusal): CheckResult {
  return { isDecided: true, version: '2.1.332', verdict, findings: [], tookMs: 1 };
}

function undecided(reason: string): CheckResult {
  return { isDecided: false, reason, tookMs: 1 };
}

/** A program on disk whose checks end when a test says so. */
function checkedCli({ store = memoryStore(), retryAfterMs = 60_000 } = {}) {
  const path = join(temporaryDir(), 'claude');
  const log = memoryLog();
  const checks: Deferred<CheckResult>[] = [];
  const retired: ((startedAt: number) => boolean)[] = [];
  const state = { version: '2.1.332', now: 100 };
  const checked = new CheckedCli({
    check: (_path, signal) => {
      const check = createDeferred<CheckResult>();
      checks.push(check);
      onAbort(signal, () => {
        check.resolve(undecided('the harness stops'));
      });
      return check.promise;
    },
    readVersion: () => Promise.resolve(state.version),
    retire: (isUnfit) => retired.push(isUnfit),
    store,
    log,
    ticks: () => state.now,
    retryAfterMs,
  });
  onTestFinished(() => checked.stop());
  const install = (version: string): void => {
    state.version = version;
    writeFileSync(path, version);
    utimesSync(path, 0, Number(version.split('.').at(-1)));
  };
  install('2.1.332');
  return { checked, path, log, checks, retired, state, store, install, admit: () => checked.admit(path) };
}

type Setup = ReturnType<typeof checkedCli>;

/** Ends the nth check, which is to be under way. */
async function end({ checks }: Setup, index: number, result: CheckResult): Promise<void> {
  await vi.waitFor(() => {
    expect(checks.length).toBeGreaterThan(index);
  });
  checks[index]?.resolve(result);
  await setTimeout(5);
}

function memoryStore(kept: KeptVerdict[] = [], good?: string): VerdictStore & { kept: KeptVerdict[] } {
  return {
    kept,
    find: ({ version }) => Promise.resolve(kept.findLast(({ build }) => build.version === version)),
    save: (verdict) => Promise.resolve(void kept.push(verdict)),
    lastGood: () => Promise.resolve(good),
  };
}

function keptVerdict(verdict: typeof exact | typeof refusal, revision = checkRevision): KeptVerdict {
  const build = { version: '2.1.332', size: 7, mtimeMs: 332_000 };
  return { build, revision, isServed: verdict.served, verdict };
}

describe('the first CLI of a service', () => {
  it('serves at once, with the least abilities until its check is over', async () => {
    const setup = checkedCli();
    expect(setup.checked.abilities).toEqual(least);
    const admission = setup.admit();
    expect(admission).toBeUndefined();
    expect(setup.checked.report).toEqual({ status: 'pending' });
    await end(setup, 0, decided(exact));
    expect(setup.checked.report).toEqual({ status: 'served', reuse: true, prompt: 'exact' });
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
    expect(setup.retired).toEqual([]);
  });

  it('is checked once, however many processes are started, and one line says what was found', async () => {
    const setup = checkedCli();
    void setup.admit();
    void setup.admit();
    await end(setup, 0, decided(exact));
    void setup.admit();
    await setTimeout(5);
    expect(setup.checks).toHaveLength(1);
    expect(setup.log.lines.map(({ message }) => message)).toEqual([
      'claude 2.1.332 was checked: requests arrive exactly, a process serves many turns',
    ]);
  });

  it('serves no more where it fails twice, and its processes are ended', async () => {
    const setup = checkedCli({ store: memoryStore([], '2.1.331') });
    void setup.admit();
    await end(setup, 0, decided(refusal));
    expect(setup.checked.report).toEqual({ status: 'pending' });
    await end(setup, 1, decided(refusal));
    expect(setup.checked.report).toEqual({ status: 'not_served', reason: 'it reads files', lastGood: '2.1.331' });
    expect(setup.admit).toThrow(/not served.*The last good version was 2\.1\.331\./);
    expect(setup.retired.map((isUnfit) => [isUnfit(99), isUnfit(100)])).toEqual([[false, true]]);
    const [{ level, message } = { level: '', message: '' }] = setup.log.lines;
    expect(level).toBe('error');
    expect(message).toContain('it reads files. The last good version was 2.1.331: install it (claude install 2.1.331');
  });

  it('is tried again later, since what it needs may come back while its own file stays the same', async () => {
    const setup = checkedCli({ retryAfterMs: 10 });
    void setup.admit();
    await end(setup, 0, decided(refusal));
    await end(setup, 1, decided(refusal));
    expect(setup.admit).toThrow(/not served/);
    await end(setup, 2, decided(exact));
    expect(setup.admit()).toBeUndefined();
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
  });

  it('is not condemned by one failure of two', async () => {
    const setup = checkedCli();
    void setup.admit();
    await end(setup, 0, decided(refusal));
    await end(setup, 1, decided(exact));
    expect(setup.checked.report).toMatchObject({ status: 'undecided' });
    expect(setup.checked.abilities).toEqual(least);
    expect(setup.admit()).toBeUndefined();
  });
});

describe('a check that came to no end', () => {
  it('leaves the least abilities, is not kept, and is tried again later', async () => {
    const store = memoryStore();
    const setup = checkedCli({ store, retryAfterMs: 10 });
    void setup.admit();
    await end(setup, 0, undecided('it took too long'));
    expect(setup.checked.report).toEqual({ status: 'undecided', reason: 'it took too long' });
    expect(setup.checked.abilities).toEqual(least);
    expect(store.kept).toEqual([]);
    await end(setup, 1, undecided('it took too long'));
    await end(setup, 2, decided(exact));
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
    expect(setup.log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  it('counts as such where the program was replaced meanwhile', async () => {
    const setup = checkedCli();
    void setup.admit();
    await vi.waitFor(() => {
      expect(setup.checks).toHaveLength(1);
    });
    setup.install('2.1.333');
    await end(setup, 0, decided(exact));
    expect(setup.checked.report).toMatchObject({ status: 'undecided', reason: 'it was replaced meanwhile' });
  });
});

describe('a verdict that was kept', () => {
  it('holds for the same build without a check', async () => {
    const setup = checkedCli({ store: memoryStore([keptVerdict(exact)]) });
    void setup.admit();
    await setTimeout(5);
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
    expect(setup.checks).toHaveLength(0);
  });

  it('is the one of the last check', async () => {
    const store = memoryStore();
    const setup = checkedCli({ store });
    void setup.admit();
    await end(setup, 0, decided(exact));
    expect(store.kept).toEqual([keptVerdict(exact)]);
  });

  it('holds no more once other things are checked', async () => {
    const setup = checkedCli({ store: memoryStore([keptVerdict(exact, checkRevision - 1)]) });
    void setup.admit();
    await end(setup, 0, decided(fed));
    expect(setup.checked.report).toMatchObject({ prompt: 'fed' });
  });

  it('keeps a CLI from serving while it is checked again, so that it is not condemned for ever', async () => {
    const setup = checkedCli({ store: memoryStore([keptVerdict(refusal)]) });
    void setup.admit();
    await setTimeout(5);
    expect(setup.admit).toThrow(/not served/);
    await end(setup, 0, decided(exact));
    expect(setup.admit()).toBeUndefined();
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
  });

  it('is done without where it cannot be kept', async () => {
    const broken = (): Promise<never> => Promise.reject(new Error('the disk is full'));
    const setup = checkedCli({ store: { ...memoryStore(), find: broken, save: broken, lastGood: broken } });
    void setup.admit();
    await end(setup, 0, decided(exact));
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
  });
});

describe('a CLI that is replaced under a running service', () => {
  async function replaced(first: typeof exact | typeof fed, retryAfterMs?: number): Promise<Setup> {
    const setup = checkedCli({
      store: memoryStore([], '2.1.332'),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
    void setup.admit();
    await end(setup, 0, decided(first));
    setup.state.now = 200;
    setup.install('2.1.333');
    return setup;
  }

  it('serves nobody before its check is over', async () => {
    const setup = await replaced(exact);
    const admitted = setup.admit();
    expect(await Promise.race([admitted, setTimeout(20, 'waiting')])).toBe('waiting');
    await end(setup, 1, decided(exact));
    await admitted;
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
    expect(setup.retired).toEqual([]);
    expect(setup.admit()).toBeUndefined();
  });

  it('does not serve where it is refused, while processes of the one before still do', async () => {
    const setup = await replaced(exact);
    const admitted = setup.admit();
    const refused = expect(admitted).rejects.toMatchObject({ code: 'CLI_FAILED' });
    await end(setup, 1, decided(refusal));
    await end(setup, 2, decided(refusal));
    await refused;
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
    expect(setup.admit).toThrow(/not served/);
    expect(setup.retired.map((isUnfit) => [isUnfit(199), isUnfit(200)])).toEqual([[false, true]]);
  });

  it('takes the place of the one before where it is good only later', async () => {
    const setup = await replaced(exact, 10);
    const refused = expect(setup.admit()).rejects.toMatchObject({ code: 'CLI_FAILED' });
    await end(setup, 1, decided(refusal));
    await end(setup, 2, decided(refusal));
    await refused;
    await end(setup, 3, decided(fed));
    expect(setup.admit()).toBeUndefined();
    expect(setup.checked.abilities).toEqual({ reuse: false, prompt: 'fed' });
    expect(setup.retired.at(-1)?.(199)).toBe(true);
    expect(setup.retired.at(-1)?.(200)).toBe(false);
  });

  it('serves nobody before the verdict on what replaces it in its turn, and leaves the processes of the one before', async () => {
    const setup = await replaced(exact);
    const first = setup.admit();
    setup.install('2.1.334');
    const second = setup.admit();
    expect(await Promise.race([first, setTimeout(50, 'waiting')])).toBe('waiting');
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
    await end(setup, setup.checks.length - 1, decided(exact));
    await Promise.all([first, second]);
    expect(setup.retired).toEqual([]);
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
  });

  it('takes the place of processes with other abilities, which count until then', async () => {
    const setup = await replaced(exact);
    const admitted = setup.admit();
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
    await end(setup, 1, decided(fed));
    await admitted;
    expect(setup.checked.abilities).toEqual({ reuse: false, prompt: 'fed' });
    expect(setup.retired.map((isUnfit) => [isUnfit(199), isUnfit(200)])).toEqual([[true, false]]);
    expect(setup.admit()).toBeUndefined();
  });

  it('keeps the processes of the one before apart from what it can do itself', async () => {
    const setup = await replaced(fed);
    const admitted = setup.admit();
    await end(setup, 1, decided(exact));
    await admitted;
    expect(setup.checked.abilities).toEqual({ reuse: true, prompt: 'exact' });
    expect(setup.retired.map((isUnfit) => [isUnfit(199), isUnfit(200)])).toEqual([[true, false]]);
  });
});

it('is missing where there is no file', () => {
  const { checked } = checkedCli();
  expect(() => checked.admit('/nowhere/claude')).toThrow(/is not found/);
});

it('knows a program again by its path, size and time', async () => {
  const setup = checkedCli();
  void setup.admit();
  await end(setup, 0, decided(exact));
  const copy = `${setup.path}-copy`;
  copyFileSync(setup.path, copy);
  void setup.checked.admit(copy);
  expect(setup.checked.report).toEqual({ status: 'pending' });
});
