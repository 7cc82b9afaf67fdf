import { z } from 'zod';
import { urlCitationFields } from '../openai-shared/url-citations.ts';

export const itemStatus = z.enum(['in_progress', 'completed', 'incomplete']);

export const annotation = z.object({ type: z.literal('url_citation'), ...urlCitationFields });

const outputTextPart = z.object({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(annotation).describe('The sources of what the web search found.'),
  logprobs: z.array(z.never()).max(0),
});

const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() });

export const outputPart = z.discriminatedUnion('type', [outputTextPart, refusalPart]);

export const outputMessage = z.object({
  id: z.string(),
  type: z.literal('message'),
  status: itemStatus,
  role: z.literal('assistant'),
  content: z.array(outputPart),
});

export const outputCall = z.object({
  id: z.string(),
  type: z.literal('function_call'),
  status: itemStatus,
  call_id: z.string().describe("The API's id of the call."),
  name: z.string(),
  namespace: z.string().exactOptional().describe('The group that the tool belongs to.'),
  arguments: z.string().describe('A JSON object.'),
});

export const outputCustomCall = z.object({
  id: z.string(),
  type: z.literal('custom_tool_call'),
  status: itemStatus,
  call_id: z.string(),
  name: z.string(),
  namespace: z.string().exactOptional(),
  input: z.string(),
});

export const outputLocalShellCall = z.object({
  id: z.string(),
  type: z.literal('local_shell_call'),
  status: itemStatus,
  call_id: z.string(),
  action: z.object({
    type: z.literal('exec'),
    command: z.array(z.string()).describe('Empty until the call is complete.'),
    env: z.record(z.string(), z.string()),
    timeout_ms: z.number().nullable(),
    user: z.string().nullable(),
    working_directory: z.string().nullable(),
  }),
});

const path = z.string().describe('Empty until the call is complete.');

export const outputApplyPatchCall = z.object({
  id: z.string(),
  type: z.literal('apply_patch_call'),
  status: z.enum(['in_progress', 'completed']),
  call_id: z.string(),
  operation: z.discriminatedUnion('type', [
    z.object({ type: z.enum(['create_file', 'update_file']), path, diff: z.string() }),
    z.object({ type: z.literal('delete_file'), path }),
  ]),
});

export const summaryPart = z.object({ type: z.literal('summary_text'), text: z.string() });

export const outputReasoning = z.object({
  id: z.string(),
  type: z.literal('reasoning'),
  status: itemStatus,
  summary: z.array(summaryPart),
  encrypted_content: z
    .string()
    .exactOptional()
    .describe('The thinking for a later request. Absent where none was signed, or the client has no use for it.'),
});

export const outputSearch = z.object({
  id: z.string(),
  type: z.literal('web_search_call'),
  status: z.enum(['in_progress', 'searching', 'completed', 'failed']),
  action: z.object({ type: z.literal('search'), query: z.string().describe('Empty until it is known.') }),
});

export const outputItem = z.discriminatedUnion('type', [
  outputMessage,
  outputCall,
  outputCustomCall,
  outputLocalShellCall,
  outputApplyPatchCall,
  outputReasoning,
  outputSearch,
]);
