import type { RequestHandler } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import type { RequestRecord } from '../../../exchange/record.ts';
import { forOwner } from '../../middleware/for-owner.ts';
import { refuseForms } from '../../middleware/json-body.ts';
import { requireViewer } from '../../middleware/require-role.ts';
import type { Route, RouteServices } from '../route.ts';
import type { WireCancelledTurn, WireTurn, WireTurnList } from './turn-schema.ts';

const operations = async () => (await import('../../openapi/turn-operations.ts')).turnOperations;

/** The requests that are being answered: owners and viewers see them, owners cancel them. */
export const turnRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/turns',
    bases: [''],
    // Whoever watches asks every few seconds.
    isQuiet: true,
    handle: (services) => [requireViewer, list(services)],
    describe: async () => (await operations()).list,
  },
  {
    method: 'delete',
    path: '/v1/turns/:id',
    bases: [''],
    handle: (services) => [...forOwner(services), refuseForms, cancel(services)],
    describe: async () => (await operations()).cancel,
  },
];

function list({ running }: RouteServices): RequestHandler {
  return (_req, res) => {
    const turns: WireTurnList = { object: 'list', data: running.list().map(toWireTurn) };
    res.json(turns);
  };
}

function toWireTurn(record: RequestRecord): WireTurn {
  const { requestId, client, claimedName, route, model, backend, arrival, elapsedMs, tokensSoFar } = record;
  return {
    request_id: requestId,
    client: client ?? claimedName ?? null,
    endpoint: route ?? '',
    model: model ?? '',
    backend: backend ?? null,
    started_at: new Date(arrival.arrivedAt).toISOString(),
    age_ms: elapsedMs,
    tokens_output: tokensSoFar,
  };
}

function cancel({ running }: RouteServices): RequestHandler {
  return (req, res) => {
    const requestId = String(req.params['id']);
    if (!running.cancel(requestId)) {
      throw new HarnessError('TURN_NOT_FOUND', 'No request with this id is being answered; it may be over already.');
    }
    const cancelled: WireCancelledTurn = { object: 'turn.cancelled', request_id: requestId, cancelled: true };
    res.json(cancelled);
  };
}
