import { describeResponseStore } from '../feature/responses/response-store-cases.ts';
import { openPostgres } from './open-postgres-state.ts';

describeResponseStore(openPostgres);
