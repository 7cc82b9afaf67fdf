import { describeBatchRunner } from '../feature/batches/batch-runner-cases.ts';
import { describeStoredBatches } from '../feature/batches/stored-batches-cases.ts';
import { openPostgres } from './open-postgres-state.ts';

describeStoredBatches(openPostgres);
describeBatchRunner(openPostgres);
