import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Service } from '../../src/service.ts';
import { recordedVersions } from '../cli/turn/transcript.ts';
import { fixtureCli } from '../process/fixture.ts';
import type { Cleanup } from '../support/cleanup.ts';
import type { MemoryLog } from '../support/memory-log.ts';
import { countProcesses, makeHome, workspaceOf } from '../support/service/home.ts';
import type { ConfigChanges } from '../support/service/sections.ts';
import { startService } from '../support/service/start-service.ts';
import { started } from '../support/started.ts';
import { recording } from '../support/hello.ts';

/** A recorded answer: `word0 ` to `word4 `. */
export const answered = recording(recordedVersions.at(-1) ?? '', 'text');
export const wholeText = 'word0 word1 word2 word3 word4 ';
export const silence = '/dev/null';
/** Of the answer, all before its third word. */
export const answerLines = readFileSync(answered, 'utf8').trimEnd().split('\n');
export const beginning = answerLines
  .slice(
    0,
    answerLines.findIndex((line) => line.includes('word2 ')),
  )
  .join('\n');

/** Short, so that tests are; long enough for a process to start on a busy machine. */
export const limits = { idle_timeout: 1500, turn_timeout: 4000, queue_timeout: 3000, shutdown_grace: 300 };
export const startTimeoutMs = 3000;
/** What a busy machine may take beyond the limit that ends a turn. */
export const slackMs = 8000;

export interface FakeService {
  url: string;
  home: string;
  workspace: string;
  service: Service;
  log: MemoryLog;
  /** Puts a program of one behaviour in the place of the CLI, from the next start on. */
  use: (fixture: string, ...args: string[]) => void;
  /** The CLI's own file, to do worse to. */
  cli: string;
  /** A file with this text, which goes with the test. */
  file: (text: string) => string;
  processes: () => number;
}

/** A whole service on a CLI that can be changed while it runs; ended with the test, when nothing of it may be left. */
export async function startFakeService(changes: ConfigChanges = {}): Promise<FakeService> {
  const before = runtimeDirs();
  const { stop, ...test } = await started((cleanup) => startOnFake(cleanup, changes));
  onTestFinished(async () => {
    await stop();
    const left = [...runtimeDirs()].filter((name) => !before.has(name));
    expect({ left, processes: test.processes() }).toEqual({ left: [], processes: 0 });
  });
  return test;
}

async function startOnFake(cleanup: Cleanup, changes: ConfigChanges): Promise<FakeService> {
  const home = makeHome(cleanup, 'harness-fault-');
  const cli = join(home, 'claude');
  let files = 0;
  const file = (text: string): string => {
    const path = join(home, `file-${(files += 1)}`);
    writeFileSync(path, text);
    return path;
  };
  const use = (fixture: string, ...args: string[]): void => {
    const words = [fixtureCli(fixture), ...args].map((word) => `'${word}'`).join(' ');
    // Only turns are to meet the fault, not what the service asks the CLI beside them.
    const path = file(`#!/bin/sh\ncase $1 in auth | --version) exit 1 ;; esac\nexec ${words}\n`);
    chmodSync(path, 0o755);
    renameSync(path, cli);
  };
  use('replay.sh', answered);
  const { url, service, log } = await startService({
    as: 'in-process',
    ...{ cleanup, home, cli, apiUrl: 'http://127.0.0.1:9' },
    changes: {
      ...changes,
      pool: { warm_per_model: 0, max_warm: 0, start_timeout: startTimeoutMs, ...changes.pool },
      limits: { ...limits, ...changes.limits },
    },
  });
  const workspace = workspaceOf(home);
  return { url, home, workspace, service, log, use, cli, file, processes: () => countProcesses(home) };
}

/** Of this process alone: other test files have theirs. */
function runtimeDirs(): Set<string> {
  const mine = new RegExp(`^claude-harness-${process.pid}-`);
  return new Set(existsSync(tmpdir()) ? readdirSync(tmpdir()).filter((name) => mine.test(name)) : []);
}

export interface Outcome {
  status: number;
  headers: Headers;
  /** As the client has it: of an error's envelope, or of the last event of a stream. */
  code: string | undefined;
  text: string;
  tookMs: number;
}

const hello = { role: 'user', content: 'Hello' };

/** A history that the CLI is fed before the last message. */
export const withHistory = [hello, { role: 'assistant', content: 'Hello!' }, hello];

/** One chat completion, whole or streamed. */
export async function ask(
  { url }: { url: string },
  stream: boolean,
  path = '/v1/chat/completions',
  messages: object[] = [hello],
): Promise<Outcome> {
  const startedAt = performance.now();
  const body = { model: 'haiku', stream };
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, [path.endsWith('responses') ? 'input' : 'messages']: messages }),
  });
  const text = await response.text();
  const tookMs = performance.now() - startedAt;
  const code = /"error":\{[^{}]*"code":"(\w+)"/.exec(text)?.[1];
  return { status: response.status, headers: response.headers, code, text, tookMs };
}

/** The words that a client of chat completions has seen. */
export function wordsOf({ text }: Outcome): string {
  return [...text.matchAll(/"content":"([^"]*)"/g)].map(([, words]) => words).join('');
}

/** The turn after the fault is served, and nothing of the one before is left. */
export async function expectRecovered(test: FakeService): Promise<void> {
  test.use('replay.sh', answered);
  // A CLI that does not start is tried again after a quarter of a second.
  await expect.poll(async () => wordsOf(await ask(test, false)), { timeout: 10_000 }).toBe(wholeText);
  await expect.poll(test.processes, { timeout: 10_000 }).toBe(0);
}
