/**
 * The comments by which `unregister` finds what `register --disable` did, and the old state in them. They hold the name
 * under which the harness is registered, so that each registration undoes its own.
 */

const tool = 'switched off by claude-harness register';

/** Stands behind a flag that was changed or added: ` # switched off by … (claude-harness), was true`. */
export function flagMark(name: string, was: string | undefined): string {
  return ` # ${tool} (${name}), was ${was ?? 'not set'}`;
}

/**
 * Stands on the line above lines that were commented out: `# switched off by … (claude-harness), 4 lines: anthropic`.
 */
export function linesMark(name: string, count: number, provider: string): string {
  return `# ${tool} (${name}), ${count} ${count === 1 ? 'line' : 'lines'}: ${provider}`;
}

export interface FlagMark {
  /** Offset and text of the comment, with the blank before it. */
  offset: number;
  mark: string;
  /** What stood there before; undefined where there was no flag. */
  was: string | undefined;
}

/** The first mark of that name behind a flag. */
export function findFlagMark(text: string, name: string): FlagMark | undefined {
  const pattern = new RegExp(` # ${tool} \\(${escape(name)}\\), was (not set|[A-Za-z]+)`);
  const match = pattern.exec(text);
  if (match === null) return undefined;
  return { offset: match.index, mark: match[0], was: match[1] === 'not set' ? undefined : match[1] };
}

export interface LinesMark {
  /** Offset of the mark's line. */
  offset: number;
  count: number;
  provider: string;
}

/** The marks of that name above lines that are commented out, in the order of the file. */
export function findLinesMarks(text: string, name: string): LinesMark[] {
  const pattern = new RegExp(`^# ${tool} \\(${escape(name)}\\), (\\d+) lines?: ([^\\r\\n]*)`, 'gm');
  return [...text.matchAll(pattern)].map((match) => ({
    offset: match.index,
    count: Number(match[1]),
    provider: match[2] ?? '',
  }));
}

function escape(name: string): string {
  return name.replaceAll(/[^\w-]/g, '\\$&');
}
