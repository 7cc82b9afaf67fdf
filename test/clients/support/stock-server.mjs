// An MCP server on standard input and output with one tool, which notes its calls in the file that is the argument.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { countInto, description, input, name } from './count-stock.mjs';

const server = new McpServer({ name: 'stock', version: '1.0.0' });
server.registerTool(name, { description, inputSchema: input }, countInto(process.argv[2]));
await server.connect(new StdioServerTransport());
