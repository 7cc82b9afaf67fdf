import type { Request, RequestHandler, Response } from 'express';
import { HarnessError } from '../../../core/errors.ts';
import { toConfirmation, toRespondReply } from '../../../dialect/permissions/respond.ts';
import { describeQuestion, summarize } from '../../../feature/question-notices/describe-question.ts';
import type { LinkedQuestion } from '../../../feature/question-notices/question-links.ts';
import { sendPlainPage } from '../../pages/plain-page.ts';
import { readQuery } from '../../read-query.ts';
import { recordOf } from '../../record-of.ts';
import type { Route, RouteServices } from '../route.ts';
import { agentApi, agentRoute, idOf, sessionsOf } from './agent-route.ts';
import { answerQuestion } from './answer-question.ts';

const path = '/permissions/:id/decide';
/** More than in a notice: somebody is about to allow it. */
const maxChars = 4000;

/** Where the links in notices lead. To look decides nothing: programs that show previews of links do so too. */
export const decideRoutes: readonly Route[] = [
  agentRoute({ method: 'get', path, isLink: true, handle: show, operation: 'showPermissionLink' }),
  agentRoute({ method: 'post', path, isLink: true, handle: decide, operation: 'decideByLink' }),
];

function show(services: RouteServices): RequestHandler {
  return withPages(services, async (req, res) => {
    const { question, decision } = await open(services, req);
    const { title, subject } = describeQuestion(question, maxChars);
    const button = decision === 'allow' ? 'Allow' : 'Deny';
    sendPlainPage(res, { title, ...(subject !== undefined && { quote: subject }), button });
  });
}

function decide(services: RouteServices): RequestHandler {
  return withPages(services, async (req, res) => {
    const linked = await open(services, req);
    const { id } = linked.question;
    const answer = { allowed: linked.decision === 'allow' };
    await answerQuestion(sessionsOf(services), linked, toConfirmation(id, answer));
    if (!wantsPage(req)) {
      res.json(toRespondReply(id, answer));
      return;
    }
    const text = summarize(describeQuestion(linked.question, maxChars));
    sendPlainPage(res, { title: answer.allowed ? 'Allowed' : 'Denied', text });
  });
}

async function open({ questionLinks }: RouteServices, req: Request): Promise<LinkedQuestion> {
  if (questionLinks === undefined) {
    const message =
      'No links are in use: the server’s owner turns them on with agents.notify_public_url in the configuration.';
    throw new HarnessError('SESSION_NOT_FOUND', message);
  }
  const { decision, expires, signature } = readQuery(req);
  return questionLinks.open({ id: idOf(req), decision, expires, signature });
}

/** Browsers ask for pages; a program that takes anything gets JSON. */
function wantsPage(req: Request): boolean {
  return req.accepts(['json', 'html']) === 'html';
}

type Handle = (req: Request, res: Response) => Promise<void>;

/** Failures that a person can do something about are pages for a person. */
function withPages({ now, settings }: RouteServices, handle: Handle): RequestHandler {
  return async (req, res) => {
    try {
      await handle(req, res);
    } catch (error) {
      if (!wantsPage(req) || !(error instanceof HarnessError) || error.code === 'INTERNAL') throw error;
      const { requestId, stream } = recordOf(res);
      recordOf(res).failed(error);
      const { planLimitStatus } = settings;
      const { status, headers } = agentApi.error(error, { requestId, stream, now, planLimitStatus });
      sendPlainPage(res.status(status).set(headers), { title: 'Nothing was decided', text: error.message });
    }
  };
}
