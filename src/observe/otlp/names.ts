/** What the conventions call metrics whose names Prometheus would not take, and their units. */
const metrics: Readonly<Record<string, { name: string; unit: string }>> = {
  gen_ai_client_token_usage: { name: 'gen_ai.client.token.usage', unit: '{token}' },
  gen_ai_client_operation_duration_seconds: { name: 'gen_ai.client.operation.duration', unit: 's' },
  gen_ai_client_operation_time_to_first_chunk_seconds: {
    name: 'gen_ai.client.operation.time_to_first_chunk',
    unit: 's',
  },
};

const attributes: Readonly<Record<string, string>> = {
  gen_ai_operation_name: 'gen_ai.operation.name',
  gen_ai_provider_name: 'gen_ai.provider.name',
  gen_ai_request_model: 'gen_ai.request.model',
  gen_ai_response_model: 'gen_ai.response.model',
  gen_ai_token_type: 'gen_ai.token.type',
  error_type: 'error.type',
};

/** The harness's own names stay, so that one dashboard suits both ways. */
export function metricName(name: string): { name: string; unit: string } {
  return metrics[name] ?? { name, unit: '' };
}

export function attributeName(label: string): string {
  return attributes[label] ?? label;
}
