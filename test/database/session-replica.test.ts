import { describeReplication } from '../feature/sessions/replica/replication-cases.ts';
import { openPostgres } from './open-postgres-state.ts';

describeReplication(openPostgres);
