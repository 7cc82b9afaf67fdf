import { createLogger as createWinston, format, transports, type Logger as Winston } from 'winston';
import type { LogFields, Logger } from '../core/logger.ts';
import { showField } from './show-field.ts';

export interface LoggerOptions {
  level: 'debug' | 'info' | 'warn' | 'error';
  /** `json`: one object a line, for journald; `pretty`: for people. */
  format: 'json' | 'pretty';
  /** Where lines go; standard output when absent. */
  stream?: NodeJS.WritableStream;
}

export function createLogger(options: LoggerOptions): Logger {
  const winston = createWinston({
    level: options.level,
    format: options.format === 'json' ? jsonLines() : prettyLines(),
  });
  winston.add(
    options.stream === undefined
      ? new transports.Console()
      : new transports.Stream({ stream: options.stream, eol: '\n' }),
  );
  return {
    debug: write(winston, 'debug'),
    info: write(winston, 'info'),
    warn: write(winston, 'warn'),
    error: write(winston, 'error'),
  };
}

function write(winston: Winston, level: string) {
  return (message: string, fields: LogFields = {}): void => {
    winston.log({ level, message, ...plainFields(fields) });
  };
}

/** Errors as text, absent values left out, and no field that could pass for the level or the message. */
function plainFields(fields: LogFields): LogFields {
  const plain: LogFields = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    plain[name === 'level' || name === 'message' ? `${name}_` : name] =
      value instanceof Error ? describe(value) : value;
  }
  return plain;
}

function describe(error: Error): string {
  const text = error.stack ?? String(error);
  return error.cause instanceof Error ? `${text}\ncaused by ${describe(error.cause)}` : text;
}

function jsonLines() {
  return format.combine(format.timestamp(), format.json());
}

function prettyLines() {
  return format.combine(
    format.timestamp({ format: 'HH:mm:ss' }),
    format.printf(({ timestamp, level, message, ...fields }) => {
      const rest = Object.entries(fields).map(([name, value]) => `${name}=${showField(value)}`);
      return [String(timestamp), level.padEnd(5), String(message), ...rest].join(' ');
    }),
  );
}
