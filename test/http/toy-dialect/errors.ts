import { z } from 'zod';
import type { ToErrorReply } from '../../../src/core/endpoint.ts';

export const toyError = z.object({ sorry: z.string() });

export const toToyError: ToErrorReply = ({ code, message }) => ({
  status: code === 'INVALID_REQUEST' ? 422 : 500,
  headers: {},
  body: { sorry: message },
});
