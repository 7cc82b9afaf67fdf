import { modelName, modelNameForm } from '../core/model-name.ts';
import { text } from './key-types.ts';

export const model = text('model', modelName, modelNameForm);
