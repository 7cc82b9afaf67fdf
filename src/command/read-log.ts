import { createInterface } from 'node:readline';
import * as z from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { showField } from '../observe/show-field.ts';

/** A line of the service's log as it writes it for the journal. */
const logLine = z.looseObject({ timestamp: z.iso.datetime(), level: z.string(), message: z.string() });

/** What journalctl puts before a line: the time, which the line has itself, and the program. */
const journalPrefix = /^[^{]*\[\d+\]: (?=\{)/;

/** Copies the log from JSON lines to lines for people as they come; whatever else is between them stays as it is. */
export async function readLogCommand(input: NodeJS.ReadableStream, print: (text: string) => void): Promise<void> {
  for await (const line of createInterface({ input })) print(`${toReadable(line)}\n`);
}

/** The time first, then the message; what a stack trace says comes below it. */
function toReadable(line: string): string {
  const parsed = logLine.safeParse(parseJson(line.replace(journalPrefix, '')));
  if (!parsed.success) return line;
  const { timestamp, level, message, ...fields } = parsed.data;
  const inLine: string[] = [];
  const below: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string' && value.includes('\n')) below.push(`${name}: ${value}`);
    else inLine.push(`${name}=${showField(value)}`);
  }
  const first = [localTime(timestamp), level.padEnd(5), message, ...inLine].join(' ');
  return [first, ...below.map(indent)].join('\n');
}

/** As `2026-11-29 14:05:09`, in the time zone of the reader. */
function localTime(timestamp: string): string {
  return new Date(timestamp).toLocaleString('sv-SE');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
