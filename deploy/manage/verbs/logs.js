import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { capture, interrupted } from '../child.js';
import { Failure, misused } from '../failure.js';
import { program } from '../program.js';
import { canReadJournal, journalOf } from '../systemd.js';
import { quote } from '../terminal.js';

/** @typedef {import('../installation.js').Installation} Installation */
/** @typedef {import('../verb.js').Verb} Verb */
/** @typedef {{ follow?: boolean, errors?: boolean, since?: string, lines?: string, json?: boolean }} LogOptions */

const defaultLines = '100';

/** @type {Verb} */
export const logs = {
  help: `manage.sh logs [OPTION]...

Shows the journal of the service: the last 100 lines, or those since TIME ("1 hour ago", "today", "2026-05-01 12:00").

  -f, --follow        keep showing new lines until Ctrl-C
  -e, --errors        only warnings, errors, and systemd's reports of failures
  -S, --since TIME    only what was logged since then
  -n, --lines NUMBER  only the last lines
  --json              the log's own JSON lines, for programs
`,
  options: {
    follow: { type: 'boolean', short: 'f' },
    errors: { type: 'boolean', short: 'e' },
    since: { type: 'string', short: 'S' },
    lines: { type: 'string', short: 'n' },
    json: { type: 'boolean' },
  },
  async run({ args, caller, installation }) {
    const options = /** @type {LogOptions} */ (args.values);
    await checkOptions(options);
    installation.load();
    if (!canReadJournal(installation, caller.isRoot)) {
      const command = installation.manageCommand('logs', ...args.given);
      throw new Failure(`only root and members of the group systemd-journal can read the journal: ${command}`);
    }
    await show(installation, options);
  },
};

/** @param {LogOptions} options */
async function checkOptions({ lines, since }) {
  if (lines !== undefined && !/^\d{1,9}$/.test(lines)) throw misused(`--lines ${quote(lines)} is not a number`);
  if (since === undefined) return;
  if ((await capture(['systemd-analyze', 'timestamp', '--', since], { stderr: 'hide' })).status === 0) return;
  throw misused(`--since ${quote(since)} is not a time such as "1 hour ago", "today" or "2026-05-01 12:00"`);
}

/**
 * @param {Installation} installation
 * @param {LogOptions} options
 */
async function show(installation, { follow = false, errors = false, since, lines, json = false }) {
  const shown = since === undefined ? (lines ?? defaultLines) : lines;
  const [journalctl = '', ...rest] = journalOf(installation, installation.service, [
    ...(follow ? ['--follow'] : []),
    ...(since === undefined ? [] : ['--since', since]),
    ...(shown === undefined ? [] : ['--lines', shown]),
    ...(json ? ['--output', 'cat'] : ['--output', 'short-iso', '--no-hostname']),
  ]);
  const reader = json ? undefined : await startReader(installation);
  const ended = new Promise((resolve) => reader?.once('close', resolve));
  const output = reader?.stdin ?? process.stdout;
  const journal = spawn(journalctl, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  interrupted.addEventListener('abort', () => journal.kill());
  const isWanted = (/** @type {string} */ line) => (!errors || isFailure(line)) && (!json || line.startsWith('{'));
  try {
    // No faster than it is read: a journal may be larger than the memory.
    const lines = createInterface({ input: journal.stdout });
    await pipeline(lines, (all) => wantedOf(all, isWanted), output, { end: reader !== undefined });
  } catch (error) {
    // Whoever reads this may have seen enough.
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
    if (!['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) throw error;
  } finally {
    journal.kill();
  }
  if (reader !== undefined) await ended;
  interrupted.throwIfAborted();
}

/**
 * @param {AsyncIterable<string>} lines
 * @param {(line: string) => boolean} isWanted
 */
async function* wantedOf(lines, isWanted) {
  for await (const line of lines) if (isWanted(line)) yield `${line}\n`;
}

/**
 * What makes lines readable for people; `undefined` without a program that can.
 * @param {Installation} installation
 */
async function startReader(installation) {
  const [command = '', ...args] = program(installation, ['read-log']);
  const { status } = await capture([command, ...args], { input: '', stderr: 'hide' });
  return status === 0 ? spawn(command, args, { stdio: ['pipe', 'inherit', 'ignore'] }) : undefined;
}

/**
 * A journal line is JSON with its level, a line of systemd, or the last words of a program that dies.
 * @param {string} line
 */
export function isFailure(line) {
  return (
    /"level":"(error|warn)"/.test(line) ||
    /systemd\[\d+\]: .*([Ff]ailed|exited|killed|timeout|timed out|[Ww]atchdog|too quickly|restart job|oom)/.test(
      line,
    ) ||
    /(node|claude-harness)\[\d+\]: [^{]/.test(line)
  );
}
