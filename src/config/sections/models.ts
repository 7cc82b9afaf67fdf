import { z } from 'zod';
import type { Effort } from '../../core/turn-options.ts';
import { choice, list, map, text } from '../key-types.ts';
import { model } from '../model-name.ts';

const requestedName = text('name', /^\P{Cc}{1,256}$/u, 'a name of 1 to 256 characters without control characters');

const pattern = text(
  'model or pattern',
  /^[A-Za-z0-9*][A-Za-z0-9._:@/[\]*-]{0,127}$/,
  'a model name, in which * matches any characters',
);

export const modelsSection = z
  .strictObject({
    default: model.prefault('sonnet').describe('Model of requests that name none.'),
    aliases: map(requestedName, model, 'names to models')
      .prefault({})
      .describe('Names that clients may request, and the models that serve them, such as `gpt-4o: sonnet`.'),
    unknown: model.exactOptional().describe('Model for unknown names. Default: such requests are answered with 404.'),
    effort: choice(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const satisfies Effort[])
      .prefault('none')
      .describe('Thinking effort of requests that set none.'),
    direct: list(pattern, 'model names or patterns')
      .prefault([])
      .describe(
        'Models that the direct backend also serves under `/v1`, by the requested name or the one it is an alias for; `*` matches any characters, as in `claude-opus-*`.',
      ),
  })
  .describe('Which model serves which request.');
