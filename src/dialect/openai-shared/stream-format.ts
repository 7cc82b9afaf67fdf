import { toDataFrame, toNamedFrame, type StreamFormat } from '../../core/stream-format.ts';

// One line break only: a blank line after a comment is an empty event to some clients.
const keepAlive = ': ping\n';

/** Chat completions: data only, and a word for the end. */
export const unnamedEvents: StreamFormat = { toFrame: toDataFrame, keepAlive, end: 'data: [DONE]\n\n' };

/** The Responses API: each event has its type for a name, and says by itself that it is the last one. */
export const responseEvents: StreamFormat = { toFrame: toNamedFrame, keepAlive, end: '' };
