import type { CreatedAgents } from '../../../src/core/created-agents.ts';
import type { Agent } from '../../../src/core/sessions.ts';
import { agentOf } from './profile.ts';

/** Whatever is created or changed is this agent. */
export class FakeCreatedAgents implements CreatedAgents {
  readonly #agent: Agent = agentOf();

  list(): Promise<readonly Agent[]> {
    return Promise.resolve([]);
  }

  create(): Promise<Agent> {
    return Promise.resolve(this.#agent);
  }

  update(): Promise<Agent> {
    return Promise.resolve(this.#agent);
  }

  archive(): Promise<Agent> {
    return Promise.resolve(this.#agent);
  }
}
