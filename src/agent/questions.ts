import type { PermissionDecision } from '../core/agent-engine.ts';
import type { RequestOf, Suggestion } from './agent-lines.ts';

interface Question {
  requestId: string;
  request: RequestOf<'can_use_tool'>;
}

/** Calls that the CLI asks about, by the id of the call. */
export class Questions {
  readonly #folder: string;
  readonly #open = new Map<string, Question>();

  /** `folder`: where the agent works. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get callIds(): string[] {
    return [...this.#open.keys()];
  }

  ask(callId: string, question: Question): { canAllowForSession: boolean } {
    this.#open.set(callId, question);
    return { canAllowForSession: sessionRules(question.request, this.#folder).length > 0 };
  }

  /** The response that the decision is, for the CLI; `undefined` where nobody is asked any more. */
  decide(callId: string, decision: PermissionDecision): { requestId: string; response: object } | undefined {
    const question = this.#open.get(callId);
    if (question === undefined) return undefined;
    this.#open.delete(callId);
    return { requestId: question.requestId, response: toResponse(question.request, decision, this.#folder) };
  }

  /** The CLI takes a question back. The id of its call. */
  withdraw(requestId: string): string | undefined {
    const [callId] = [...this.#open].find(([, question]) => question.requestId === requestId) ?? [];
    if (callId !== undefined) this.#open.delete(callId);
    return callId;
  }

  /** The turn is over. The ids of the calls that were still asked about. */
  withdrawAll(): string[] {
    const callIds = [...this.#open.keys()];
    this.#open.clear();
    return callIds;
  }
}

function toResponse(request: RequestOf<'can_use_tool'>, decision: PermissionDecision, folder: string): object {
  if (!decision.allow) return { behavior: 'deny', message: decision.message ?? 'This call was refused.' };
  return {
    behavior: 'allow',
    // Required by older versions (2.1.197).
    updatedInput: decision.input ?? request.input,
    ...(decision.forSession === true && { updatedPermissions: sessionRules(request, folder) }),
  };
}

const editTools: ReadonlySet<string> = new Set(['Write', 'Edit', 'NotebookEdit']);

/**
 * The rules that allow the like of a call until the process ends. What the CLI suggests is for a file of settings, unless
 * it gets another destination. For edits it suggests the mode `acceptEdits`, in which commands remove files unasked too
 * (2.1.197 and 2.1.332): a rule about edits in the agent's folder is what was asked for.
 */
function sessionRules(
  { tool_name: name, permission_suggestions: suggestions }: RequestOf<'can_use_tool'>,
  folder: string,
): object[] {
  const all = suggestions ?? [];
  const rules = all.filter(({ type, behavior }) => type === 'addRules' && behavior === 'allow');
  if (rules.length > 0) return rules.map((rule: Suggestion) => ({ ...rule, destination: 'session' }));
  if (!editTools.has(name) || !all.some(({ type }) => type === 'setMode')) return [];
  const rule = { toolName: 'Edit', ruleContent: `/${folder}/**` };
  return [{ type: 'addRules', rules: [rule], behavior: 'allow', destination: 'session' }];
}
