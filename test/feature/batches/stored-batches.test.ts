import { openSqlite } from '../../state/open-shared.ts';
import { describeStoredBatches } from './stored-batches-cases.ts';

describeStoredBatches(openSqlite);
