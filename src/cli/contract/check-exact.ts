import { HarnessError } from '../../core/errors.ts';
import type { DoubleAnswer, DoubleBehaviour } from './api-double.ts';
import { checkedBody, checkedConversation, saying } from './conversation.ts';
import type { Finding } from './findings.ts';
import { Inconclusive } from './inconclusive.ts';
import type { Arrived, ExactTurn, Lab } from './lab.ts';

const answer = { kind: 'answer', text: 'Checked.' } as const;

/** What a process that requests are given to as bodies has to do. `first` is its first turn. */
export async function checkExact(lab: Lab): Promise<{ first: ExactTurn; findings: Finding[] }> {
  const first = await lab.exactTurn(checkedConversation, checkedBody, answer);
  const findings = [...checkAnswer(first), ...checkBody(first)];
  const between = [...(await checkStopReasons(lab)), ...(await checkErrors(lab)), ...(await checkCommands(lab))];
  const again = await lab.exactTurn(checkedConversation, checkedBody, answer);
  return { first, findings: [...findings, ...between, ...checkReuse(first, again)] };
}

function checkAnswer({ outcome }: ExactTurn): Finding[] {
  if (!(outcome instanceof HarnessError)) return [];
  return [{ requirement: 'answers', problem: `a turn failed with ${outcome.code}: ${outcome.message}` }];
}

function checkBody({ arrived }: ExactTurn): Finding[] {
  if (arrived.length !== 1) return [{ requirement: 'body', problem: `a turn made ${arrived.length} requests` }];
  const changed = Object.entries(checkedBody).filter(([field, asked]) => !isEqual(arrived[0]?.body[field], asked));
  return changed.map(([field]) => ({
    requirement: 'body',
    problem: `the field ${field} did not arrive as it was given`,
  }));
}

/** How many requests were made does not count: after some of these the CLI goes on until it is rewound. */
async function checkStopReasons(lab: Lab): Promise<Finding[]> {
  const toolUses = [{ name: 'f', input: {} }];
  const behaviours: Record<string, Omit<DoubleAnswer, 'kind' | 'text'>> = {
    max_tokens: {},
    refusal: {},
    stop_sequence: { stopSequence: 'STOP' },
    tool_use: { toolUses },
  };
  const findings: Finding[] = [];
  for (const [stopReason, details] of Object.entries(behaviours)) {
    const { outcome } = await hi(lab, { ...answer, stopReason, ...details });
    const read = outcome instanceof HarnessError ? outcome.code : outcome.stopReason;
    if (read === stopReason) continue;
    findings.push({ requirement: 'stop_reasons', problem: `the stop reason ${stopReason} was read as ${read}` });
  }
  return findings;
}

async function checkErrors(lab: Lab): Promise<Finding[]> {
  const codes = { 400: 'INVALID_REQUEST', 429: 'RATE_LIMITED', 529: 'OVERLOADED' };
  const findings: Finding[] = [];
  for (const [status, code] of Object.entries(codes)) {
    const turn = await hi(lab, { kind: 'error', status: Number(status), message: 'checked' });
    findings.push(...readAs(turn, status, code));
  }
  return findings;
}

export function readAs({ outcome }: Pick<ExactTurn, 'outcome'>, status: string, code: string): Finding[] {
  const read = outcome instanceof HarnessError ? outcome.code : 'an answer';
  if (read === code) return [];
  return [{ requirement: 'errors', problem: `the API's error ${status} was read as ${read}` }];
}

async function checkCommands(lab: Lab): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const command of ['/context', '/clear']) {
    const conversation = saying(command);
    const { arrived } = await lab.exactTurn(conversation, { messages: conversation.messages }, answer);
    findings.push(...reached(arrived, command));
  }
  return findings;
}

export function reached(arrived: readonly Arrived[], command: string): Finding[] {
  if (arrived.length > 0) return [];
  return [{ requirement: 'hazards', problem: `a prompt that begins with ${command} was taken for a command` }];
}

/** The process has served turns of every kind by then. */
function checkReuse(first: ExactTurn, again: ExactTurn): Finding[] {
  for (const { emptied } of [first, again]) {
    if (emptied.emptied) continue;
    if (!emptied.refused) throw new Inconclusive(`it was not rewound: ${emptied.reason}`);
    return [{ requirement: 'reuse', problem: `it was not rewound: ${emptied.reason}` }];
  }
  if (isEqual(withoutSession(first.arrived), withoutSession(again.arrived))) return [];
  return [{ requirement: 'reuse', problem: 'its next request has something of the ones before' }];
}

async function hi(lab: Lab, behaviour: DoubleBehaviour): Promise<ExactTurn> {
  const conversation = saying('Hi');
  return lab.exactTurn(conversation, { messages: conversation.messages }, behaviour);
}

function withoutSession([request]: readonly Arrived[]): object {
  return { ...request?.body, metadata: undefined };
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
