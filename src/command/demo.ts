import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultConfig, type Config } from '../config/schema.ts';
import type { LogFields, Logger } from '../core/logger.ts';
import { createService, type Service } from '../service.ts';
import { startStandIn } from '../stand-in/stand-in.ts';
import { describeListenError } from './listen-error.ts';
import { untilSignal } from './serve.ts';
import { streamChat } from './stream-chat.ts';

export interface DemoOptions {
  /** Exit after the answer instead of serving on. */
  once: boolean;
  /** 8013 when absent, or any free port where that is taken. */
  port?: number;
}

const question = 'How does this answer get here?';
const answer =
  'Your request came in over HTTP as OpenAI’s chat API. A claude process was waiting for it; the harness gave it the ' +
  'conversation over stdin, and each piece of this answer was sent on as it came out, line by line. The process has ' +
  'served its one turn and is thrown away; the next one is warm already.\n';

/**
 * Shows one streamed answer on its whole way: HTTP, harness, the real CLI. Only the Messages API at its end is a
 * stand-in inside this program, so that neither a login nor the internet is needed. Gives the exit code.
 */
export async function demoCommand({ once, port }: DemoOptions): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'claude-harness-demo-'));
  const standIn = await startStandIn({ behaviour: { kind: 'answer', text: answer, deltaEveryMs: 15 } });
  const requestLog = new RequestLog();
  let service: Service | undefined;
  try {
    const ended = untilSignal();
    const started = await startOnFreePort(home, standIn.url, requestLog, port);
    service = started.service;
    await service.settled;
    const ready = await showAnswer(started.url, requestLog);
    if (!ready) return 1;
    if (!once) {
      console.log(usage(started.url));
      requestLog.print = true;
      await ended;
    }
    return 0;
  } finally {
    await service?.stop();
    await standIn.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function startOnFreePort(
  home: string,
  apiUrl: string,
  log: Logger,
  port: number | undefined,
): Promise<{ service: Service; url: string }> {
  for (const candidate of port === undefined ? [8013, 0] : [port]) {
    const config = demoConfig(home, apiUrl, candidate);
    const service = createService(config, log);
    try {
      const address = await service.start();
      return { service, url: `http://${address.host}:${address.port}` };
    } catch (error) {
      await service.stop();
      if (port !== undefined) throw new Error(describeListenError(error, config.server), { cause: error });
    }
  }
  throw new Error('No port of 127.0.0.1 can be listened on.');
}

/** A configuration of its own: nothing of the owner's files, login or home is touched. */
function demoConfig(home: string, apiUrl: string, port: number): Config {
  const defaults = defaultConfig();
  return {
    ...defaults,
    server: { ...defaults.server, port },
    state: { path: join(home, 'state.db') },
    claude: {
      ...defaults.claude,
      workspace: join(home, 'workspace'),
      env: {
        HOME: home,
        CLAUDE_CONFIG_DIR: join(home, '.claude'),
        ANTHROPIC_BASE_URL: apiUrl,
        CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-made-up-for-the-demo',
      },
    },
  };
}

async function showAnswer(url: string, log: RequestLog): Promise<boolean> {
  const health = await whenWarm(url);
  const cli = health.cli === null ? 'the claude CLI' : `claude ${health.cli.version} (${health.cli.path})`;
  console.log(`${cli}, answering through a stand-in for the API: no login, no internet.\n`);
  console.log(`you     ${question}`);
  process.stdout.write('claude  ');
  try {
    for await (const text of streamChat(url, { model: 'sonnet', messages: [{ role: 'user', content: question }] })) {
      process.stdout.write(text);
    }
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    console.error('Run `claude-harness doctor` to see what is missing.');
    return false;
  }
  console.log(await stages(log));
  return true;
}

interface Health {
  cli: { path: string; version: string } | null;
  processes: { warm: number };
}

/** Waits for the warm processes of the default model, so that the times shown are not those of a program that starts. */
async function whenWarm(url: string): Promise<Health> {
  for (let tries = 0; ; tries += 1) {
    const health = (await (await fetch(`${url}/health`)).json()) as Health;
    if (health.processes.warm >= defaultConfig().pool.warm_per_model || tries === 50) return health;
    await sleep(100);
  }
}

async function stages(log: RequestLog): Promise<string> {
  const fields = await log.lastTurn;
  const rows = [
    ['read the request', fields['read_ms']],
    ['waited for a free turn', fields['queue_ms']],
    [`got a ${String(fields['process'])} process`, fields['acquire_ms']],
    ['gave it the conversation', fields['feed_ms']],
    ['first token after', fields['first_token_ms']],
    ['complete after', fields['total_ms']],
  ];
  return `\n${rows.map(([what, ms]) => `  ${String(what).padEnd(26)}${Number(ms).toFixed(1).padStart(8)} ms`).join('\n')}\n`;
}

function usage(url: string): string {
  const body = JSON.stringify({ model: 'sonnet', stream: true, messages: [{ role: 'user', content: 'Hello' }] });
  return `Serving at ${url}/v1 until Ctrl-C. From another terminal:

  curl -N ${url}/v1/chat/completions -H 'content-type: application/json' -d '${body}'
  curl ${url}/v1/models

Any OpenAI client works with this base URL and any API key. With your own login: npm start
`;
}

/** Keeps what the access log says of the turn, for the table of stages; prints requests once the demo serves. */
class RequestLog implements Logger {
  print = false;
  #settle!: (fields: LogFields) => void;
  readonly lastTurn = new Promise<LogFields>((resolve) => {
    this.#settle = resolve;
  });

  debug(): void {
    // The demo shows one turn; what happens behind it is for the service's log.
  }

  info(message: string, fields: LogFields = {}): void {
    if (this.print) console.log(message);
    if ('first_token_ms' in fields) this.#settle(fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    console.error(message, fields['reason'] ?? '');
  }

  error(message: string, fields: LogFields = {}): void {
    console.error(message, fields['reason'] ?? fields['error'] ?? '');
  }
}
