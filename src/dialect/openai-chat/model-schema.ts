import { z } from 'zod';

const tokens = z.int().positive().nullable();

const modelAbilities = z
  .object({
    resolved_model: z.string().nullable().describe('The model that serves it.'),
    display_name: z.string().nullable(),
    context_window: tokens.describe('In tokens.'),
    max_output_tokens: tokens,
    vision: z.boolean(),
    tools: z.boolean(),
    effort_levels: z.array(z.string()).readonly().describe('Values of `reasoning_effort`.'),
  })
  .describe('What the model can do; null where it is not known.');

/** Fields of OpenAI's, and those by which the clients of OpenRouter, LiteLLM and vLLM know what a model can do. */
export const chatModel = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int().describe('Seconds since the epoch.'),
  owned_by: z.string(),
  name: z.string(),
  context_length: tokens,
  max_model_len: tokens,
  max_input_tokens: tokens,
  max_output_tokens: tokens,
  architecture: z.object({
    modality: z.string(),
    input_modalities: z.array(z.string()),
    output_modalities: z.array(z.string()),
    tokenizer: z.string(),
    instruct_type: z.null(),
  }),
  top_provider: z.object({ context_length: tokens, max_completion_tokens: tokens, is_moderated: z.boolean() }),
  supported_parameters: z.array(z.string()),
  x_claude: modelAbilities,
});

const ability = z.boolean();

/** LiteLLM's description of its models; no prices, since a plan has none. */
export const liteLlmModelList = z.object({
  data: z.array(
    z.object({
      model_name: z.string(),
      litellm_params: z.object({ model: z.string() }),
      model_info: z.object({
        id: z.string(),
        key: z.string(),
        mode: z.literal('chat'),
        litellm_provider: z.literal('anthropic'),
        max_tokens: tokens,
        max_input_tokens: tokens,
        max_output_tokens: tokens,
        supports_function_calling: ability,
        supports_parallel_function_calling: ability,
        supports_pdf_input: ability,
        supports_prompt_caching: ability,
        supports_reasoning: ability,
        supports_response_schema: ability,
        supports_system_messages: ability,
        supports_tool_choice: ability,
        supports_vision: ability,
        supports_web_search: ability,
      }),
    }),
  ),
});

export const chatModelList = z.object({ object: z.literal('list'), data: z.array(chatModel) });
