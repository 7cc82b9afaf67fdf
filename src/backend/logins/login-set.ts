import { windowsOf } from '../../core/counting-windows.ts';
import type { PlanWindows } from '../../core/plan-windows.ts';
import { cliEnvironment } from '../../process/environment.ts';
import { createCliBackend, type CliBackendOptions, type LoginBackend } from '../cli.ts';
import { cliLogin, type NamedLogin } from '../cli-login.ts';
import { createSharedCli, type SharedCli } from '../shared-cli.ts';
import { chooseLogins, type LoginCandidate } from './choose-login.ts';
import type { LoginToTry } from './run-with-logins.ts';
import { PoolShares } from './pool-shares.ts';

export interface LoginSetOptions extends Omit<CliBackendOptions, 'among' | 'onLoginChange'> {
  /** At least one, in the order of the configuration. */
  logins: readonly NamedLogin[];
  /** What is known of the plans. */
  windows: PlanWindows;
  /** Called when it becomes known that a login is missing or refused, or that it works. */
  onLoginChange: (isMissing: boolean, login: NamedLogin) => void;
}

export interface Login extends NamedLogin {
  backend: LoginBackend;
}

/** The logins of one installed CLI, each with processes of its own; and which of them a turn should try first. */
export class LoginSet {
  readonly all: readonly Login[];
  readonly first: Login;
  readonly shared: SharedCli;
  readonly shares: PoolShares;
  readonly #windows: PlanWindows;
  readonly #defaultModel: () => string;

  constructor(options: LoginSetOptions) {
    const { config, token, windows, ticks } = options;
    this.#windows = windows;
    this.#defaultModel = () => config.models.default;
    this.shared = createSharedCli(options, cliEnvironment(cliLogin(config, token)));
    this.shares = new PoolShares({
      ...{ maxWarm: config.pool.max_warm, idleAfterMs: config.pool.idle_after, ticks },
      preferred: () => this.best.name,
    });
    this.all = options.logins.map((login, index) => ({ ...login, backend: this.#create(login, index, options) }));
    const [first] = this.all;
    if (first === undefined) throw new Error('there is no login');
    this.first = first;
  }

  /** The logins in the order in which a turn should try them. `model`: as a client asks for it. Throws `MODEL_NOT_FOUND`. */
  order(model: string, last?: string): (Login & LoginToTry)[] {
    return this.#orderOf(this.first.backend.servedBy(model).model, last);
  }

  /** What a new conversation with the default model would try first. */
  get best(): Login {
    return this.#orderOf(this.first.backend.resolvedName(this.#defaultModel()))[0] ?? this.first;
  }

  #orderOf(model: string, last?: string): (Login & LoginToTry)[] {
    const candidates = this.all.map((login) => this.#candidateOf(login, model));
    return chooseLogins(candidates, { model, ...(last !== undefined && { last }) });
  }

  #candidateOf(login: Login, model: string): Login & LoginToTry & LoginCandidate {
    const { failure, ...state } = login.backend.loginState(model);
    const windows = windowsOf(this.#windows, login.name);
    return { ...login, ...state, isFailing: failure !== undefined, windows, run: login.backend.run };
  }

  #create(login: NamedLogin, index: number, options: LoginSetOptions): LoginBackend {
    const { onPlanWindows, onLoginChange } = options;
    return createCliBackend({
      ...options,
      among: { login, shared: this.shared, share: this.shares.of(login.name), asksForModels: index === 0 },
      onPlanWindows: (windows) => {
        onPlanWindows(windows.map((window) => ({ ...window, login: login.name })));
      },
      onLoginChange: (isMissing) => {
        onLoginChange(isMissing, login);
      },
    });
  }
}
