import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BrowserSignIn } from '../../../src/cli/owner/sign-in.ts';
import type { CliProcess } from '../../../src/process/cli-process.ts';
import type { CliMessage } from '../../../src/process/stream-messages.ts';

const link = 'https://claude.example/authorize?code=true&state=of-the-link';
const links = { manualUrl: link, automaticUrl: 'https://claude.example/authorize?redirect_uri=http://localhost:1' };

interface Sent {
  request_id: string;
  request: { subtype: string; [field: string]: unknown };
}

/** A CLI that answers what a test lets it answer. */
class FakeCli implements CliProcess {
  readonly pid = 1;
  readonly stderrTail = '';
  readonly sent: Sent[] = [];
  isStopped = false;
  readonly #lines: CliMessage[] = [];
  #wake: (() => void) | undefined;
  #end: (exit: { kind: 'exited'; code: number }) => void = () => undefined;
  readonly exited = new Promise<{ kind: 'exited'; code: number }>((resolve) => (this.#end = resolve));

  send(messages: readonly object[]): Promise<void> {
    this.sent.push(...(messages as Sent[]));
    return Promise.resolve();
  }

  answer(subtype: string, response: object | string): void {
    const id = this.sent.find(({ request }) => request.subtype === subtype)?.request_id ?? '';
    this.#say({
      type: 'control_response',
      response:
        typeof response === 'string'
          ? { subtype: 'error', request_id: id, error: response }
          : { subtype: 'success', request_id: id, response },
    });
  }

  async receive(): Promise<CliMessage | undefined> {
    while (this.#lines.length === 0) {
      if (this.isStopped) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#lines.shift();
  }

  receiveLine(): Promise<unknown> {
    return this.receive();
  }

  stop(): Promise<void> {
    this.isStopped = true;
    this.#end({ kind: 'exited', code: 0 });
    this.#wake?.();
    return Promise.resolve();
  }

  #say(message: CliMessage): void {
    this.#lines.push(message);
    this.#wake?.();
  }
}

function setUp() {
  const processes: FakeCli[] = [];
  const removed: FakeCli[] = [];
  const onSignedIn = vi.fn();
  const signIn = new BrowserSignIn({
    launch: () => {
      const cli = new FakeCli();
      processes.push(cli);
      return { cli, remove: () => Promise.resolve(void removed.push(cli)) };
    },
    onSignedIn,
    now: () => 1000,
  });
  onTestFinished(() => signIn.cancel());
  const last = (): FakeCli => processes.at(-1) ?? new FakeCli();
  const begin = async () => {
    const begun = signIn.begin();
    await vi.waitFor(() => {
      expect(last().sent).toHaveLength(1);
    });
    last().answer('claude_authenticate', links);
    return begun;
  };
  const asked = (subtype: string) => last().sent.find(({ request }) => request.subtype === subtype)?.request;
  const untilAsked = (subtype: string) =>
    vi.waitFor(() => {
      expect(asked(subtype)).toBeDefined();
    });
  return { signIn, processes, removed, onSignedIn, last, begin, asked, untilAsked };
}

describe('a sign-in', () => {
  it('gives the links of a process of its own', async () => {
    const { signIn, begin } = setUp();
    const waiting = { state: 'waiting', url: link, automaticUrl: links.automaticUrl, expiresAt: 601_000 };
    expect(await begin()).toEqual(waiting);
    expect(signIn.progress).toEqual(waiting);
  });

  it.each([
    ['abc#def', { authorizationCode: 'abc', state: 'def' }],
    [' abc ', { authorizationCode: 'abc', state: 'of-the-link' }],
  ])('hands in the code %j, and is over', async (code, expected) => {
    const { signIn, begin, last, asked, untilAsked, onSignedIn, removed } = setUp();
    await begin();
    const completed = signIn.complete(code);
    await untilAsked('claude_oauth_callback');
    expect(asked('claude_oauth_callback')).toMatchObject(expected);
    last().answer('claude_oauth_callback', {});
    await completed;
    expect(signIn.progress).toEqual({ state: 'signed_in' });
    expect(onSignedIn).toHaveBeenCalledOnce();
    await vi.waitFor(() => {
      expect([last().isStopped, removed]).toEqual([true, [last()]]);
    });
  });

  it('is over without a code where the browser has told the CLI itself', async () => {
    const { signIn, begin, last, untilAsked, onSignedIn } = setUp();
    await begin();
    await untilAsked('claude_oauth_wait_for_completion');
    last().answer('claude_oauth_wait_for_completion', {});
    await vi.waitFor(() => {
      expect(signIn.progress).toEqual({ state: 'signed_in' });
    });
    expect(onSignedIn).toHaveBeenCalledOnce();
  });

  it('says why it was refused, and takes no further code', async () => {
    const { signIn, begin, last, untilAsked, onSignedIn } = setUp();
    await begin();
    const completed = signIn.complete('abc#def');
    await untilAsked('claude_oauth_callback');
    last().answer('claude_oauth_wait_for_completion', 'invalid code');
    last().answer('claude_oauth_callback', 'invalid code');
    const message = 'The sign-in was not completed (invalid code); begin it again.';
    await expect(completed).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', message });
    await vi.waitFor(() => {
      expect(signIn.progress).toEqual({ state: 'failed', message });
    });
    await expect(signIn.complete('abc#def')).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      facts: { param: 'code' },
    });
    expect(onSignedIn).not.toHaveBeenCalled();
  });

  it('ends with the next one, and with the service', async () => {
    const { signIn, begin, processes } = setUp();
    await begin();
    await begin();
    expect(processes.map(({ isStopped }) => isStopped)).toEqual([true, false]);
    await signIn.cancel();
    expect(processes.map(({ isStopped }) => isStopped)).toEqual([true, true]);
    expect(signIn.progress).toEqual({ state: 'none' });
  });

  it.each([
    ['has no link', {}],
    ['has a link to nowhere', { manualUrl: 'javascript:alert(1)' }],
    ['refuses', 'unknown request'],
  ])('is refused, and leaves no process, where the CLI %s', async (_name, answer) => {
    const { signIn, last } = setUp();
    const begun = signIn.begin();
    await vi.waitFor(() => {
      expect(last().sent).toHaveLength(1);
    });
    last().answer('claude_authenticate', answer);
    await expect(begun).rejects.toMatchObject({ code: typeof answer === 'string' ? 'UPSTREAM_ERROR' : 'CLI_FAILED' });
    expect(last().isStopped).toBe(true);
    expect(signIn.progress).toEqual({ state: 'none' });
  });
});
