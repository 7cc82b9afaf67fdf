import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from '../../service.ts';
import { startStandIn } from '../../stand-in/stand-in.ts';
import { untilSignal } from '../serve.ts';
import { startDemoService } from './demo-service.ts';
import { RequestLog } from './request-log.ts';
import { answer, showAnswer } from './show-answer.ts';

interface DemoOptions {
  /** Exit after the answer instead of continuing to serve. */
  once: boolean;
  /** By default 8013, or any free port if that is in use. */
  port?: number;
}

/**
 * Shows the whole path of one streamed answer: HTTP, harness, the real CLI. Only the Messages API is replaced, by a
 * stand-in inside this program, so that neither a login nor the internet is needed. Returns the exit code.
 */
export async function demoCommand({ once, port }: DemoOptions): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'claude-harness-demo-'));
  const standIn = await startStandIn({ behaviour: { kind: 'answer', text: answer, deltaEveryMs: 15 } });
  const requestLog = new RequestLog();
  let service: Service | undefined;
  try {
    const ended = untilSignal();
    const started = await startDemoService({ home, apiUrl: standIn.url, log: requestLog, port });
    service = started.service;
    await service.settled;
    const answered = await showAnswer(started.url, requestLog);
    if (!answered) return 1;
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

function usage(url: string): string {
  const body = JSON.stringify({ model: 'sonnet', stream: true, messages: [{ role: 'user', content: 'Hello' }] });
  return `Serving at ${url}/v1 until Ctrl-C. From another terminal:

  curl -N ${url}/v1/chat/completions -H 'content-type: application/json' -d '${body}'
  curl ${url}/v1/models

Any OpenAI client works with this base URL and any API key. With your own login: npm start
`;
}
