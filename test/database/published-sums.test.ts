import { describePublishedSums } from '../feature/access/published-sums-cases.ts';
import { openPostgres } from './open-postgres-state.ts';

describePublishedSums(openPostgres);
