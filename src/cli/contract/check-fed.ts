import { readAs, reached } from './check-exact.ts';
import { checkedConversation, saying } from './conversation.ts';
import type { Finding } from './findings.ts';
import type { Arrived, Lab } from './lab.ts';
import type { Traps } from './traps.ts';

const answer = { kind: 'answer', text: 'Checked.' } as const;

/**
 * What a process that conversations are fed to has to do; it must be a fresh one. What a CLI reads of the machine by
 * itself shows here only: where a request is given as a body, it would not arrive.
 */
export async function checkFed(lab: Lab, traps: Traps): Promise<{ first: Arrived | undefined; findings: Finding[] }> {
  const {
    arrived: [first],
  } = await lab.fedTurn(checkedConversation, answer);
  await lab.fedTurn(saying(`@${traps.file} what is in it?`), answer);
  const { arrived } = await lab.fedTurn(saying('/context'), answer);
  // Last: it is tried twice, and the CLI may believe that it is logged out then.
  const refused = await lab.fedTurn(saying('Hi'), { kind: 'error', status: 401, message: 'checked' });
  return { first, findings: [...reached(arrived, '/context'), ...readAs(refused, '401', 'NOT_LOGGED_IN')] };
}

/** What the CLI says of itself stands in the system prompt. */
export function checkAttribution(exact: Arrived | undefined, fed: Arrived | undefined): Finding[] {
  if (JSON.stringify(exact?.body['system']) === JSON.stringify(fed?.body['system'])) return [];
  const problem = 'the system prompt of a fed conversation differs from that of one in the body';
  return [{ requirement: 'attribution', problem }];
}
