import { HarnessError } from './errors.ts';

export function modelNotFound(): HarnessError {
  return new HarnessError(
    'MODEL_NOT_FOUND',
    'There is no such model; GET /v1/models lists the available models, and `models.aliases` in the configuration can define other names for them.',
    { param: 'model' },
  );
}
