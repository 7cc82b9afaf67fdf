import { z } from 'zod';
import { boolean, choice } from '../key-types.ts';

export const loggingSection = z
  .strictObject({
    level: choice(['debug', 'info', 'warn', 'error']).prefault('info').describe('Least important messages to log.'),
    format: choice(['auto', 'json', 'pretty'])
      .prefault('auto')
      .describe('`auto` is `pretty` on a terminal and JSON lines otherwise.'),
    content: boolean().prefault(false).describe('Whether prompts may appear in debug logs.'),
  })
  .describe('What the service writes about itself.');
