/**
 * The comments by which `unregister` finds what `register --disable` did, and the old state in them. They hold the name
 * under which the harness is registered, so that each registration undoes its own.
 */
const tool = 'switched off by claude-harness register';

/** Stands behind a flag that was changed: ` # switched off by … (claude-harness), was true`. */
export function flagMark(name: string, was: string): string {
  return ` # ${tool} (${name}), was ${was}`;
}

/** Stands above lines that were commented out: `# switched off by … (claude-harness), 4 lines: anthropic`. */
export function linesMark(name: string, count: number, provider: string): string {
  return `# ${tool} (${name}), ${count} ${count === 1 ? 'line' : 'lines'}: ${provider}`;
}

export interface FlagMark {
  kind: 'flag';
  /** Offset and text of the comment, with the blank before it. */
  offset: number;
  mark: string;
  /** The word that stood there before. */
  was: string;
}

export interface LinesMark {
  kind: 'lines';
  /** Offset of the mark's line. */
  offset: number;
  count: number;
  provider: string;
}

/** The marks of that name: those behind flags, then those above lines. */
export function findMarks(text: string, name: string): (FlagMark | LinesMark)[] {
  const escaped = name.replaceAll(/[^\w-]/g, '\\$&');
  const flags = text.matchAll(new RegExp(` # ${tool} \\(${escaped}\\), was ([A-Za-z]+)`, 'g'));
  const lines = text.matchAll(new RegExp(`^# ${tool} \\(${escaped}\\), (\\d+) lines?: ([^\\r\\n]*)`, 'gm'));
  return [
    ...[...flags].map(({ index, 0: mark, 1: was = '' }) => ({ kind: 'flag' as const, offset: index, mark, was })),
    ...[...lines].map(({ index, 1: count, 2: provider = '' }) => ({
      kind: 'lines' as const,
      offset: index,
      count: Number(count),
      provider,
    })),
  ];
}
