import type { RequestHandler } from 'express';
import type { Backend } from '../../core/backend.ts';
import type { BatchesState } from '../../core/batches-state.ts';
import type { Batches } from '../../core/batches.ts';
import type { CreatedAgents } from '../../core/created-agents.ts';
import type { DialectSettings, NamedSchema, ToErrorReply } from '../../core/endpoint.ts';
import type { Files } from '../../core/files.ts';
import type { HealthReport } from '../../core/health.ts';
import type { Jobs } from '../../core/jobs.ts';
import type { Logger } from '../../core/logger.ts';
import type { OwnerControls } from '../../core/owner-controls.ts';
import type { AccessToken } from '../../core/role.ts';
import type { Sessions } from '../../core/sessions.ts';
import type { ActiveWork } from '../../exchange/active-work.ts';
import type { ExchangeCache } from '../../exchange/caching.ts';
import type { Exchange } from '../../exchange/exchange.ts';
import type { RunningTurns } from '../../exchange/running-turns.ts';
import type { AccessLog } from '../../feature/access/access-log.ts';
import type { AccessStore } from '../../feature/access/access-store.ts';
import type { UsageReader } from '../../feature/access/usage-reader.ts';
import type { AgentChats } from '../../feature/agent-chats/agent-chats.ts';
import type { AgentModels } from '../../feature/agent-chats/agent-models.ts';
import type { Budgets } from '../../feature/budgets/budgets.ts';
import type { Conversations } from '../../feature/conversations/conversations.ts';
import type { QuestionLinks } from '../../feature/question-notices/question-links.ts';
import type { Responses } from '../../feature/responses/responses.ts';
import type { Metrics } from '../../observe/metrics/metrics.ts';
import type { RequestCounter } from '../../observe/request-counter.ts';
import type { Operation } from '../openapi/operation.ts';
import type { PlanQuota } from './quota/plan-quota.ts';

/** What stands before a path: nothing, where other harnesses have it, or the direct backend's own. */
export type Base = '' | '/sdk' | '/api';
export const everyBase: readonly Base[] = ['', '/sdk', '/api'];

/** The API whose clients ask at a path. */
export interface RouteApi {
  dialect: string;
  error: ToErrorReply;
}

/** What `/api/status` says of the direct backend. */
export interface DirectStatus {
  readiness: Backend['readiness'];
  turns(): { active: number; queued: number };
}

/** What the owner can see and do. */
export interface OwnerServices {
  controls: OwnerControls;
  /** Of one of several logins; absent where there is but one. Throws `INVALID_REQUEST` where there is none of the name. */
  controlsOf?: (login: string) => OwnerControls;
  /** What its configuration has switched on. */
  allows: { execute: boolean; logout: boolean };
  /** As a file would have it, with what is secret hidden. */
  configuration: () => object;
  pool: { maxWarm: number; maxAgeMs: number };
}

/** What routes are made of. */
export interface RouteServices {
  /** What answers under the route's base. */
  backend: Backend;
  exchange: Exchange;
  responses: Responses;
  /** Those that chat clients have stored. */
  conversations: Conversations;
  /** Those that clients have uploaded. */
  files: Files;
  /** Those of all clients, each of which sees its own. */
  batches: Batches;
  /** What batches do at present. Rejects when that can't be known. */
  batchesState: () => Promise<BatchesState>;
  jobs: Jobs;
  active: ActiveWork;
  /** Those that can be seen and cancelled. */
  running: RunningTurns;
  /** Streams of what happens, which end when the service does: nobody waits for them. */
  watching: ActiveWork;
  /** Absent where no agents are configured, or another service runs them. */
  sessions?: Sessions;
  /** Absent where `sessions` are. */
  createdAgents?: CreatedAgents;
  /** Absent where notices have none. */
  questionLinks?: QuestionLinks;
  /** The agents that can be asked for as models, wherever they run; absent where none are configured, and under `/api`. */
  agentModels?: AgentModels;
  /** Absent where no agents run in this service. */
  agentChats?: AgentChats;
  /** Passes requests about agents on to the service that runs them, if it is there; absent where this one does. */
  forwardAgents?: RequestHandler;
  settings: DialectSettings;
  metrics: Metrics;
  /** The requests of the day. */
  requests: RequestCounter;
  /** What is kept of finished requests, for how long in ms, and how many. */
  access: { log: AccessLog; store: AccessStore; usage: UsageReader; keepMs: number; maxRows: number };
  cache: ExchangeCache;
  plan: PlanQuota;
  budgets: Pick<Budgets, 'admit' | 'uses'>;
  health: () => HealthReport;
  owner: OwnerServices;
  /** Absent where it is not configured. */
  direct: DirectStatus | undefined;
  /** Those that are accepted. Empty: none is asked for. */
  tokens: () => readonly AccessToken[];
  bodyLimitBytes: number;
  /** Origins of the web pages that may ask. */
  corsOrigins: readonly string[];
  /** Silence after which a stream is opened and kept alive. */
  silenceMs: number;
  /** The same of a stream of requests for permission; 30 s by default. */
  permissionPingMs?: number;
  /** How long a balancer may take to notice that the service is not ready; 0 by default. */
  unreadyMs?: number;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** The description of all routes. */
  describe: () => Promise<object>;
}

/** A row of the table of routes: everything that is known of a method of a path. */
export interface Route {
  method: 'get' | 'post' | 'delete';
  /** In express's terms, without its base. */
  path: string;
  bases: readonly Base[];
  /** Everybody may ask, also where tokens are configured. */
  isOpen?: boolean;
  /** Health checks and scrapers come every few seconds and would drown the rest of the log. */
  isQuiet?: boolean;
  /** Absent where the headers tell which API a client speaks. */
  api?: RouteApi;
  handle: (services: RouteServices) => RequestHandler | RequestHandler[];
  /** Absent for what pages consist of. */
  describe?: () => Promise<Described>;
}

/** An operation, and schemas that are parts of its own under names of their own. */
export type Described = Operation & { parts?: readonly NamedSchema[] };
