import { setTimeout as sleep } from 'node:timers/promises';
import { askChat } from './ask-chat.ts';
import { askMessages } from './ask-messages.ts';
import { askResponses } from './ask-responses.ts';
import type { Ledger } from './ledger.ts';
import { Random } from './random.ts';
import { calmTask, chooseTask, type Dialect, type Door, type Listener, type Task } from './task.ts';

const ways: Record<Dialect, (door: Door, task: Task, listener: Listener) => Promise<string>> = {
  chat: askChat,
  responses: askResponses,
  messages: askMessages,
};

/** A client whose harness is away does not ask again at once. */
const afterFailureMs = 200;

export interface TrafficOptions {
  seed: number;
  clients: number;
  /** Where the harness is at the moment, for each client. */
  door: (client: number) => Door;
  ledger: Ledger;
}

/** Clients that ask one thing after the other until `signal` aborts; settles when the last has its answer. */
export async function runTraffic({ seed, clients, door, ledger }: TrafficOptions, signal: AbortSignal): Promise<void> {
  const client = async (n: number): Promise<void> => {
    const random = new Random(seed + n + 1);
    while (!signal.aborted) {
      const isFailed = await attempt(door(n), chooseTask(random), ledger);
      if (isFailed) await sleep(afterFailureMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
}

/** One of each dialect, so that all that is opened once is open. */
export async function runCalm(door: Door, seed: number, ledger: Ledger): Promise<void> {
  const random = new Random(seed);
  for (const dialect of ['chat', 'responses', 'messages'] as const) {
    await attempt(door, calmTask(dialect, random), ledger);
  }
}

async function attempt(door: Door, task: Task, ledger: Ledger): Promise<boolean> {
  const record = ledger.begin(task);
  const leaving = new AbortController();
  const { leave } = task;
  const timer =
    leave !== undefined && 'afterMs' in leave
      ? setTimeout(() => {
          leaving.abort();
        }, leave.afterMs)
      : undefined;
  const onText = (text: string): void => {
    record.add(text);
    if (leave !== undefined && 'afterShare' in leave && record.share >= leave.afterShare) leaving.abort();
  };
  try {
    const answer = ways[task.dialect](door, task, { signal: leaving.signal, onText });
    // A client library that is aborted while it hands out the last piece may never settle.
    const text = await Promise.race([answer, whenAborted(leaving.signal)]);
    record.answered(text);
    return false;
  } catch (error) {
    if (leaving.signal.aborted) record.left();
    else record.failed(error);
    return !leaving.signal.aborted;
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects; never settles otherwise. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('the client has left'));
    });
  });
}
