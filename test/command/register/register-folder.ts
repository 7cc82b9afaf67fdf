import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { registerCommand, type RegisterOptions } from '../../../src/command/register/register.ts';
import { unregisterCommand } from '../../../src/command/register/unregister.ts';
import { defaultConfig } from '../../../src/config/schema.ts';

export const routerText = `providers:
  openai:
    url: https://api.openai.com/v1
    api_key: sk-secret
    models: [gpt-4o]
`;

export const entryText = `  claude-harness:
    url: http://127.0.0.1:8013/v1
    api_key: unused
    models: [sonnet, opus]
`;

/** A folder that is gone when the test is over. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'claude-harness-register-'));
  onTestFinished(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A router's file in a folder of its own. */
export function writeRouterFile(content: string | Uint8Array = routerText, mode = 0o644): string {
  const file = join(createFolder(), 'providers.yaml');
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

export function read(file: string): string {
  return readFileSync(file, 'utf8');
}

/** The other files beside a file. */
export function besides(file: string): string[] {
  return readdirSync(dirname(file)).filter((name) => name !== 'providers.yaml');
}

export interface Outcome {
  exitCode: number;
  out: string;
  err: string;
}

interface Choices extends Partial<Omit<RegisterOptions, 'models'>> {
  /** `ask` leaves them to the harness. */
  models?: string[] | 'ask';
  server?: object;
  env?: NodeJS.ProcessEnv;
}

/** Runs `register`, with two models unless others are chosen. */
export async function register(
  file: string,
  { server, env = {}, models = ['sonnet', 'opus'], ...rest }: Choices = {},
): Promise<Outcome> {
  const named = models === 'ask' ? {} : { models };
  const options = { file, name: 'claude-harness', dryRun: false, ...named, ...rest };
  const context = { server: { ...defaultConfig().server, ...server }, env };
  return capture((output) => registerCommand(options, { ...context, output }));
}

export async function unregister(
  file: string,
  options: { name?: string; format?: string; dryRun?: boolean } = {},
): Promise<Outcome> {
  return capture((output) => unregisterCommand({ file, name: 'claude-harness', dryRun: false, ...options }, output));
}

async function capture(run: (output: Pick<Console, 'log' | 'error'>) => Promise<number>): Promise<Outcome> {
  const lines = { out: '', err: '' };
  const exitCode = await run({
    log: (line: string) => (lines.out += `${line}\n`),
    error: (line: string) => (lines.err += `${line}\n`),
  });
  return { exitCode, ...lines };
}

/** Something that answers on loopback as a harness would; gives its address and what it was asked. */
export async function startAnswering(body: unknown, status = 200): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(`${req.url ?? ''} ${req.headers.authorization ?? ''}`.trim());
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
