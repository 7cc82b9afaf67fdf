import type { Expectations } from './expectations.ts';
import type { Validate } from './json-schema.ts';

export interface Call {
  id: string;
  name: string;
  /** The arguments as the model wrote them. */
  json: string;
}

/** What matters of a complete answer. */
export interface CompleteAnswer {
  calls: readonly Call[];
  /** Whether it has called a tool that the API runs. */
  hasApiCall?: boolean;
  /** The structured output as the model wrote it. */
  output: string | undefined;
}

export type Problem =
  | { kind: 'no-call' }
  | { kind: 'no-output' }
  | { kind: 'wrong-output'; reason: string }
  /** By the id of the call. */
  | { kind: 'wrong-arguments'; reasons: ReadonlyMap<string, string> };

/** What is wrong with an answer; `undefined` when nothing is. */
export function findProblem(answer: CompleteAnswer, expected: Expectations): Problem | undefined {
  if (expected.call && answer.calls.length === 0 && answer.hasApiCall !== true) return { kind: 'no-call' };
  return findOutputProblem(answer, expected) ?? findArgumentsProblem(answer, expected);
}

function findOutputProblem({ calls, output }: CompleteAnswer, expected: Expectations): Problem | undefined {
  if (expected.output === undefined) return undefined;
  if (output === undefined) return calls.length === 0 ? { kind: 'no-output' } : undefined;
  const reason = checkJson(output, expected.output);
  return reason === undefined ? undefined : { kind: 'wrong-output', reason };
}

function findArgumentsProblem({ calls }: CompleteAnswer, { strict }: Expectations): Problem | undefined {
  const reasons = new Map<string, string>();
  for (const { id, name, json } of calls) {
    const validate = strict.get(name);
    const reason = validate && checkJson(json, validate);
    if (reason !== undefined) reasons.set(id, reason);
  }
  return reasons.size > 0 ? { kind: 'wrong-arguments', reasons } : undefined;
}

/** No arguments at all are an empty object. */
function checkJson(json: string, validate: Validate): string | undefined {
  let value: unknown;
  try {
    value = json === '' ? {} : JSON.parse(json);
  } catch {
    return 'is not valid JSON';
  }
  return validate(value);
}

/** For the client: what is wrong with an answer that has not got better. */
export function describeProblem(problem: Problem): string {
  switch (problem.kind) {
    case 'no-call':
      return 'The model was asked twice to call a tool and answered in text.';
    case 'no-output':
      return 'The model was asked twice for structured output and answered in text.';
    case 'wrong-output':
      return `The model’s answer does not match the schema: ${problem.reason}.`;
    case 'wrong-arguments':
      return `The model’s arguments do not match the schema of a strict tool: ${[...problem.reasons.values()].join('; ')}.`;
  }
}
