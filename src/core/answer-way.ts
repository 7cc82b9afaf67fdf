import type { RunTurn } from './turn-options.ts';
import type { ServiceStatus } from './status.ts';

/** A way to an answer, and what can be asked of it without one. */
export interface AnswerWay extends Pick<ServiceStatus, 'readiness' | 'models' | 'contextWindow' | 'countTokens'> {
  runTurn: RunTurn;
}
