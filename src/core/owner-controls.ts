import type { ProcessState } from './pool-figures.ts';

/** What the owner of the service can ask its CLI for, beside turns. None of it reads the login itself: the CLI does. */
export interface OwnerControls {
  /** What the CLI says of its own login. */
  authStatus(): Promise<AuthReport>;
  /** What the owner has to do where the login is missing, in a line. */
  readonly remedy: string;
  /** Whether a sign-in changes the login: not where the CLI is given a token or a key instead. */
  readonly canSignIn: boolean;
  readonly signIn: SignIn;
  /** Throws `CLI_MISSING`, and `CLI_FAILED` with what the CLI said. */
  signOut(): Promise<void>;
  /** Never rejects but where there is no CLI (`CLI_MISSING`). */
  run(command: OwnerCommand, timeoutMs: number): Promise<CommandRun>;
  /** Those of the pool: waiting, starting and in use. */
  processes(): readonly PooledProcess[];
}

export interface AuthReport {
  state: 'logged_in' | 'logged_out' | 'unknown';
  /** By the CLI's name for it, such as `claude.ai` or `oauth_token`; absent where there is none. */
  method?: string;
}

/** What of the CLI's own commands the owner may run: each only reports. */
export const ownerCommands = ['version', 'auth status', 'doctor'] as const;

export type OwnerCommand = (typeof ownerCommands)[number];

export interface CommandRun {
  status: 'success' | 'error' | 'timeout';
  /** Absent where it was ended. */
  exitCode?: number;
  stdout: string;
  stderr: string;
}

/** A login that the owner completes in a browser. The CLI talks with Anthropic; nobody here sees a token. */
export interface SignIn {
  readonly progress: SignInProgress;
  /** Begins anew; what was begun before ends. Throws `CLI_MISSING`, and `CLI_FAILED` where the CLI does not offer it. */
  begin(): Promise<SignInProgress>;
  /**
   * Takes the code that the browser shows at the end. Throws `INVALID_REQUEST` where none is waited for, and
   * `UPSTREAM_ERROR` where Anthropic refuses it. */
  complete(code: string): Promise<void>;
  cancel(): Promise<void>;
}

export type SignInProgress =
  | { state: 'none' | 'signed_in' }
  /** `automaticUrl`: ends without a code where the browser runs on the machine of the service. */
  | { state: 'waiting'; url: string; automaticUrl?: string; expiresAt: number }
  | { state: 'failed'; message: string };

/** A process of the CLI that answers chats. Lengths of time are in milliseconds. */
export interface PooledProcess {
  pid: number | undefined;
  /** The name of the login that it has; absent where there is but one. */
  login?: string;
  model: string;
  state: ProcessState;
  ageMs: number;
  /** Since its last turn was over, or since its start. */
  idleMs: number;
  turns: number;
}
