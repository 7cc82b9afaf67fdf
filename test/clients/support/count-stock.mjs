import { appendFileSync } from 'node:fs';
import { z } from 'zod';

/** The tool of the MCP server `stock`; it notes in a file what it has been asked for. */
export const name = 'count_stock';
export const description = 'Counts what is in stock.';
export const input = { item: z.string() };

export const countInto =
  (file) =>
  ({ item }) => {
    appendFileSync(file, `${item}\n`);
    return Promise.resolve({ content: [{ type: 'text', text: `There are 17 ${item} in stock.` }] });
  };
