import type { LogFields, Logger } from '../../src/core/logger.ts';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  message: string;
  fields: LogFields;
}

export interface MemoryLog extends Logger {
  readonly lines: LogLine[];
}

/** Keeps every line, for tests that look at them. */
export function memoryLog(): MemoryLog {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
