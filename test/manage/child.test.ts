import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capture } from '../../deploy/manage/child.js';
import { root } from '../support/root.ts';

describe('what a command prints', () => {
  test('comes with its status, as shells have it', async () => {
    expect(await capture(['sh', '-c', 'echo out; exit 3'])).toEqual({ status: 3, text: 'out\n' });
    expect(await capture(['sh', '-c', 'kill -TERM $$'])).toEqual({ status: 143, text: '' });
    expect(await capture(['no-such-program-here'])).toMatchObject({ status: 127 });
  });

  test('has its errors where they are asked for', async () => {
    const command = ['sh', '-c', 'echo out; echo err >&2'];
    expect((await capture(command, { stderr: 'join' })).text.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect((await capture(command, { stderr: 'hide' })).text).toBe('out\n');
  });

  test('follows from what it is given, also where it does not read that', async () => {
    expect((await capture(['cat'], { input: 'äöü\n' })).text).toBe('äöü\n');
    expect((await capture(['true'], { input: 'x'.repeat(1_000_000) })).status).toBe(0);
  });
});

/** Runs steps that wait in `wait`, and ends them with a signal. */
async function interrupt(wait: string, signal: NodeJS.Signals): Promise<{ code: unknown; text: string }> {
  const module = (name: string): string => JSON.stringify(join(root, 'deploy/manage', name));
  const script = `
    import { capture, catchSignals, pause, run } from ${module('child.js')};
    import { Steps } from ${module('steps.js')};
    catchSignals();
    const steps = new Steps();
    await steps.allOrNone(async () => {
      steps.onFailure(async () => console.log('undone', (await capture(['echo', 'again'])).text.trim()));
      console.log('waiting');
      await ${wait};
      console.log('went on');
    }).catch((error) => process.exit(error.status));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    if (piece.includes('waiting')) setTimeout(() => child.kill(signal), 100);
  });
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, text };
}

describe('a signal', () => {
  test.each([
    ["run(['sleep', '60'])", 'SIGINT', 130],
    ["run(['sleep', '60'])", 'SIGTERM', 143],
    ['pause(60_000)', 'SIGTERM', 143],
  ] as const)('during %s: %s undoes the steps, and ends with %i', async (wait, signal, status) => {
    const { code, text } = await interrupt(wait, signal);
    expect(text).toContain('undone again');
    expect(text).not.toContain('went on');
    expect(code).toBe(status);
  });
});
