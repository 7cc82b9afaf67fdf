import * as z from 'zod';
import { HarnessError } from '../../core/errors.ts';
import { exitError, type CliProcess } from '../../process/cli-process.ts';
import { controlLine, type ControlRequest } from '../../process/control.ts';

/** The CLI answers at once, or after it has tried to reach Anthropic. */
const answerMs = 30_000;

const signInLinks = z.object({ manualUrl: z.url({ protocol: /^https$/ }), automaticUrl: z.url().nullish() });

export interface SignInLinks {
  url: string;
  automaticUrl?: string;
}

interface Pending {
  resolve: (response: unknown) => void;
  reject: (reason: unknown) => void;
}

/** A sign-in of one process, which keeps its secrets (2.1.197 and 2.1.332): a link out, and a code back. */
export class SignInAttempt {
  readonly links: Promise<SignInLinks>;
  /** Settles when the login is there, however the browser has told the CLI. */
  readonly completed: Promise<void>;
  readonly #cli: CliProcess;
  readonly #remove: () => Promise<void>;
  readonly #pending = new Map<string, Pending>();

  constructor({ cli, remove }: { cli: CliProcess; remove: () => Promise<void> }) {
    this.#cli = cli;
    this.#remove = remove;
    void this.#read();
    this.links = this.#begin();
    this.completed = this.links.then(async () => {
      await this.#ask({ subtype: 'claude_oauth_wait_for_completion' });
    });
    // They are looked at by whoever is interested.
    this.links.catch(() => undefined);
    this.completed.catch(() => undefined);
  }

  /** `pasted`: `CODE#STATE`, as the browser shows it. Without its second part, the state is that of the link. */
  async complete(pasted: string, link: string): Promise<void> {
    const [authorizationCode = '', given] = pasted.trim().split('#');
    const state = given ?? new URL(link).searchParams.get('state') ?? '';
    await this.#within(this.#ask({ subtype: 'claude_oauth_callback', authorizationCode, state }));
  }

  async end(): Promise<void> {
    await this.#cli.stop();
    await this.#remove();
  }

  async #begin(): Promise<SignInLinks> {
    const response = await this.#within(this.#ask({ subtype: 'claude_authenticate', loginWithClaudeAi: true }));
    const parsed = signInLinks.safeParse(response);
    if (!parsed.success) {
      const message = 'This version of the claude CLI gives no link to sign in with; sign in on the server.';
      throw new HarnessError('CLI_FAILED', message, { cause: parsed.error });
    }
    const { manualUrl: url, automaticUrl } = parsed.data;
    return { url, ...(typeof automaticUrl === 'string' && { automaticUrl }) };
  }

  async #ask(request: ControlRequest): Promise<unknown> {
    const id = request.subtype;
    const answer = new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    await this.#cli.send([controlLine(id, request)]);
    return answer;
  }

  async #read(): Promise<void> {
    try {
      for (;;) {
        const message = await this.#cli.receive();
        if (message === undefined) throw exitError(await this.#cli.exited, this.#cli.stderrTail);
        if (message.type !== 'control_response') continue;
        const { request_id: id, subtype, response, error = 'it gave no reason' } = message.response;
        const pending = this.#pending.get(id);
        this.#pending.delete(id);
        if (subtype === 'success') pending?.resolve(response);
        else pending?.reject(refused(error));
      }
    } catch (reason) {
      for (const { reject } of this.#pending.values()) reject(reason);
      this.#pending.clear();
    }
  }

  async #within(answer: Promise<unknown>): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise((_, reject) => {
      timer = setTimeout(() => {
        reject(new HarnessError('CLI_FAILED', 'The claude CLI did not answer; begin the sign-in again.'));
      }, answerMs);
    });
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function refused(reason: string): HarnessError {
  return new HarnessError('UPSTREAM_ERROR', `The sign-in was not completed (${reason}); begin it again.`);
}
