import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

export interface LocateOptions {
  /** `claude.path` of the configuration; nothing else is tried when it is set. */
  configured?: string;
  /** The environment that the CLI will get; its PATH and HOME are searched. */
  env: Readonly<Record<string, string>>;
}

/** The path of an executable `claude`, links resolved, or `undefined`. Cheap enough to ask before every start. */
export function locateCli(options: LocateOptions): string | undefined {
  if (options.configured !== undefined) return executable(options.configured);
  for (const candidate of candidates(options.env)) {
    const found = executable(candidate);
    if (found !== undefined) return found;
  }
  return packagedCli();
}

function* candidates(env: Readonly<Record<string, string>>): Generator<string> {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (isAbsolute(folder)) yield join(folder, 'claude');
  }
  const home = env['HOME'];
  if (home !== undefined) {
    yield join(home, '.local/bin/claude');
    yield join(home, '.claude/local/claude');
    yield join(home, '.npm-global/bin/claude');
  }
  // npm's global folder belongs to the Node that runs us.
  yield join(dirname(process.execPath), 'claude');
  yield '/usr/local/bin/claude';
}

/**
 * The binary of the npm package beside us. It lies in the platform's own package; what the main package links to it
 * depends on an install script that npm may be configured not to run.
 */
function packagedCli(): string | undefined {
  const require = createRequire(import.meta.url);
  for (const libc of ['', '-musl']) {
    const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}${libc}`;
    try {
      return executable(join(dirname(require.resolve(`${name}/package.json`)), 'claude'));
    } catch {
      // Not installed for this libc; the next one may be.
    }
  }
  return undefined;
}

function executable(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    accessSync(real, constants.X_OK);
    return statSync(real).isFile() && !isPlaceholder(real) ? real : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The npm package holds a short text that only prints an error where npm's install scripts were off; its native binary
 * is then still found beside it.
 */
function isPlaceholder(path: string): boolean {
  return path.endsWith('claude.exe') && statSync(path).size < 64 * 1024;
}
