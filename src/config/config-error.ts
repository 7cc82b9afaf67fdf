export interface ConfigProblem {
  /** Such as `/etc/claude-harness/harness.yaml:12:3`, `environment CLAUDE_HARNESS_SERVER__PORT`, `--set` or `--port`. */
  where: string;
  /** The key at fault, such as `limits.queue_timeout`; absent when `where` as a whole is at fault. */
  path?: string;
  /** What was expected and what was found; never a token or a value of `claude.env`. */
  message: string;
}

function describe({ where, path, message }: ConfigProblem): string {
  return [where, path, message].filter((part) => part !== undefined).join(': ');
}

/** Reports everything that is wrong with the configuration, not just the first mistake. */
export class ConfigError extends Error {
  /** EX_CONFIG of sysexits.h; the unit does not restart the service for a mistake that only its owner can fix. */
  readonly exitCode = 78;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super([`The configuration has ${count}:`, ...problems.map((problem) => `  ${describe(problem)}`)].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
