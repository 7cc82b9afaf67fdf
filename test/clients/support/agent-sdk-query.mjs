// A program on the Agent SDK with a tool of its own. Arguments: the CLI, the file for the tool's calls, the prompt.
import { createSdkMcpServer, query, tool } from '@anthropic-ai/claude-agent-sdk';
import { countInto, description, input, name } from './count-stock.mjs';

const [pathToClaudeCodeExecutable, file, prompt] = process.argv.slice(2);
const stock = createSdkMcpServer({
  name: 'stock',
  version: '1.0.0',
  tools: [tool(name, description, input, countInto(file))],
});
const messages = query({
  prompt,
  options: {
    pathToClaudeCodeExecutable,
    model: 'sonnet',
    mcpServers: { stock },
    allowedTools: ['Bash', `mcp__stock__${name}`],
    settingSources: [],
  },
});
for await (const message of messages) if (message.type === 'result') console.log(message.result);
