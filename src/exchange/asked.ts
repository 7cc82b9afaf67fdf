import type { RunTurn } from '../core/backend.ts';
import type { Endpoint, TurnRequest } from '../core/endpoint.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import type { OpenConversation } from '../feature/conversations/open-conversation.ts';
import type { Caching } from './caching.ts';
import type { RequestRecord } from './record.ts';

/** One request on its way. */
export interface Asked<Request extends TurnRequest = TurnRequest> {
  endpoint: Endpoint<Request>;
  request: Request;
  record: RequestRecord;
  /** For its turns; absent where it names no files. */
  readFiles?: TurnOptions['readFiles'];
  /** The stored conversation that the request goes on with. */
  stored?: OpenConversation;
  /** What answers it in place of the exchange's own. */
  run?: RunTurn;
  /** `idle`: nobody waits for it, and every other turn goes first. */
  priority?: TurnOptions['priority'];
  /** Absent where the response cache is off for its client. */
  caching?: Caching;
}
