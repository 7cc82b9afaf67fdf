import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import { cliEnvironment } from '../../process/environment.ts';
import { errorLogArguments, errorLogIn } from '../../process/error-log.ts';
import { chatArguments } from '../arguments.ts';
import type { StartApiDouble } from './api-double.ts';
import { checkExact } from './check-exact.ts';
import { checkAttribution, checkFed } from './check-fed.ts';
import { judge, type Finding, type Verdict } from './findings.ts';
import { CliEnded, Lab } from './lab.ts';
import { layTraps, type Surroundings, type Traps } from './traps.ts';

/** Goes up with every change of what is checked, so that a verdict of before counts no more. */
export const checkRevision = 1;

/** One that the CLI knows in every version; nobody is asked for it. */
const model = 'claude-haiku-4-5';

export interface CheckCliOptions {
  path: string;
  /** Where programs are searched for that the CLI itself is run by. */
  searchPath: string | undefined;
  startApi: StartApiDouble;
  /** Ends the check without a verdict. */
  signal: AbortSignal;
  /** For the whole check: it takes 2 s on an idle machine. */
  timeoutMs?: number;
}

export type CheckResult = { tookMs: number } & (
  | { isDecided: true; version: string | undefined; verdict: Verdict; findings: readonly Finding[] }
  /** Says nothing about the CLI. */
  | { isDecided: false; reason: string }
);

/**
 * Tries an installed CLI against stand-ins for the API on loopback, with a made-up login, in a home of its own that is
 * full of traps. Two processes at once: one is given requests as bodies and serves many turns, one is fed. Never rejects.
 */
export async function checkCli(options: CheckCliOptions): Promise<CheckResult> {
  const startedAt = performance.now();
  const tookMs = (): number => Math.round(performance.now() - startedAt);
  try {
    const { version, findings } = await inThrowAwayHome((surroundings) => check(options, surroundings));
    return { isDecided: true, version, verdict: judge(findings), findings, tookMs: tookMs() };
  } catch (error) {
    const finding = findingOf(error);
    if (finding === undefined) return { isDecided: false, reason: reasonOf(error), tookMs: tookMs() };
    const findings = [finding];
    return { isDecided: true, version: undefined, verdict: judge(findings), findings, tookMs: tookMs() };
  }
}

/** What the CLI has done is a finding; whatever else goes wrong is the machine's. */
function findingOf(error: unknown): Finding | undefined {
  if (error instanceof CliEnded) return { requirement: 'answers', problem: error.message };
  if (!(error instanceof HarnessError) || error.code !== 'CLI_PROTOCOL') return undefined;
  return { requirement: 'answers', problem: error.message };
}

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'it took too long';
  return error instanceof Error ? error.message : String(error);
}

async function inThrowAwayHome<Value>(work: (surroundings: Surroundings) => Promise<Value>): Promise<Value> {
  const home = await mkdtemp(join(tmpdir(), 'claude-check-'));
  try {
    const workspace = join(home, 'workspace');
    await mkdir(workspace);
    return await work({ home, workspace });
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function check(
  options: CheckCliOptions,
  surroundings: Surroundings,
): Promise<{ version: string | undefined; findings: Finding[] }> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs ?? 60_000)]);
  const traps = await layTraps(surroundings);
  const bench = new Bench({ ...options, signal }, surroundings);
  try {
    const labs = await allSettled([bench.open(), bench.open()]);
    const [used, fed] = await allSettled([checkExact(labs[0]), checkFed(labs[1], traps)]);
    const findings = [
      ...used.findings,
      ...checkAttribution(used.first.arrived[0], fed.first),
      ...fed.findings,
      ...(await hazards(traps, labs)),
    ];
    return { version: labs[0].version, findings };
  } finally {
    await bench.close();
  }
}

/** Waits for both, so that nothing goes on behind a failure; throws what says most about the CLI. */
async function allSettled<One, Other>(work: [Promise<One>, Promise<Other>]): Promise<[One, Other]> {
  const [one, other] = await Promise.allSettled(work);
  if (one.status === 'fulfilled' && other.status === 'fulfilled') return [one.value, other.value];
  const reasons = [one, other].flatMap((settled): unknown[] => (settled.status === 'rejected' ? [settled.reason] : []));
  throw reasons.find((reason) => findingOf(reason) !== undefined) ?? reasons[0];
}

async function hazards(traps: Traps, labs: readonly Lab[]): Promise<Finding[]> {
  const problems = await traps.sprung(labs.flatMap(({ requests }) => requests));
  return problems.map((problem) => ({ requirement: 'hazards', problem }));
}

/** The processes of one check, and their APIs: whatever was opened is closed. */
class Bench {
  readonly #options: CheckCliOptions;
  readonly #surroundings: Surroundings;
  readonly #opened: { stop(): Promise<void> }[] = [];

  constructor(options: CheckCliOptions, surroundings: Surroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  async open(): Promise<Lab> {
    const { path, searchPath, startApi, signal } = this.#options;
    const { home, workspace: cwd } = this.#surroundings;
    const api = await startApi();
    this.#opened.push(api);
    const extra = { HOME: home, TMPDIR: home, ANTHROPIC_BASE_URL: api.url };
    const env = cliEnvironment({
      auth: 'subscription',
      maxRetries: 0,
      extra,
      oauthToken: 'sk-ant-oat01-made-up-for-the-check',
      from: searchPath === undefined ? {} : { PATH: searchPath },
    });
    const args = [...chatArguments(model), ...errorLogArguments(errorLogIn(home))];
    const lab = new Lab({ launch: { path, args, env, cwd }, model, api, signal });
    this.#opened.push(lab);
    await lab.initialize();
    return lab;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((opened) => opened.stop()));
  }
}
